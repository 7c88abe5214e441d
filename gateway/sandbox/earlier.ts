/** The data of an answer to a document, or null where the graph has no answer to it. */
export type TellClock = (
  document: string,
  variables?: Readonly<Record<string, unknown>>,
) => Promise<Readonly<Record<string, unknown>> | null>;

const daySeconds = 86_400;

/**
 * Does something with the sandbox's clock so many days back, and lets it go on afterwards: a price is called the price of before only once
 * it is old enough. On a graph that is no sandbox it is done now.
 */
export async function earlier<T>(tell: TellClock, days: number, work: () => Promise<T>): Promise<T> {
  const clock = (await tell('{ sandboxClock }'))?.['sandboxClock'];
  if (typeof clock !== 'string') return work();
  const at = new Date(Date.parse(clock) - days * daySeconds * 1_000).toISOString();
  await tell('mutation ($at: DateTime!) { sandbox { setClock(at: $at) } }', { at });
  try {
    return await work();
  } finally {
    await tell('mutation ($seconds: Int!) { sandbox { advanceClock(seconds: $seconds) } }', { seconds: days * daySeconds });
  }
}

/** Older than the time that prices of before are looked for in, 7 days unless set otherwise. */
export const agedDays = 8;
