/** Asks once for all who ask meanwhile, and keeps the answer for so long: however many ask, it is asked about once in that time. */
export function keptAnswer<T>(keepMs: number, ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  let isUnderWay = false;
  let until = 0;
  return () => {
    if (answer && (isUnderWay || performance.now() < until)) return answer;
    isUnderWay = true;
    const asked = ask();
    const over = (keptUntil: number): void => {
      isUnderWay = false;
      until = keptUntil;
    };
    // What failed is asked again by the next one.
    asked.then(
      () => over(performance.now() + keepMs),
      () => over(0),
    );
    return (answer = asked);
  };
}

/** How long an answer to the question whether a process is ready stands: balancers ask every few seconds, and anybody may. */
export const readyKeptMs = 1_000;
