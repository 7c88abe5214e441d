export interface EmbeddedPostgres {
  url: string;
  port: number;
  dataFolder: string;
  reused: boolean;
  stop(): Promise<void>;
}
export const startEmbeddedPostgres = (_options: {
  folder: string;
  settings?: Record<string, string>;
  reset?: boolean;
}): Promise<EmbeddedPostgres> => Promise.reject(new Error('soon'));
