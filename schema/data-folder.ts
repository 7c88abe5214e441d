
/** The folder in which the sandbox of this package keeps its secrets, for commands that read nothing else of the configuration. */
export const dataFolder = (environment: Readonly<Record<string, string | undefined>> = process.env): string =>
  dataFolderOf({ dataFolder: environment['TONGDUI_DATA'] || undefined });
