/** off: any text · log: any text, but those that are not registered are told to the log · enforce: registered documents only. */
export const persistedModes = ['off', 'log', 'enforce'] as const;
export type PersistedMode = (typeof persistedModes)[number];

/** Pure: `member=enforce,telecom=log` to modes by the name of a client, a partner or a kind of callers; null for anything else. */
export function readModes(text: string): ReadonlyMap<string, PersistedMode> | null {
  const modes = new Map<string, PersistedMode>();
  for (const pair of text.split(/[\s,]+/).filter(Boolean)) {
    const [name = '', wanted, ...more] = pair.split('=');
    const mode = persistedModes.find((one) => one === wanted);
    if (name === '' || !mode || more.length > 0 || modes.has(name)) return null;
    modes.set(name, mode);
  }
  return modes;
}
