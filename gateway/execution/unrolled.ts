/**
 * Code for one list of names. A loop over names finds each of them in objects of every kind, which costs several times what reading a name
 * does that stands in the code itself; so a list that is much used gets code of its own, and the loop is what it means.
 */

/** Objects that a list has met when code of its own begins to pay: making it costs about as much as walking so many by the loop. */
export const unrolling = { after: 1_000 };
/** So many pieces of code live at once, a few kilobytes each; lists that come when there are as many go on with the loop. */
const maxAlive = 4_000;

let alive = 0;
const forgotten = new FinalizationRegistry<null>(() => {
  alive -= 1;
});

/** How much a list is used. */
export class Usage {
  private met = 0;
  private isOver = false;

  /** Counts; true once, when code of its own is due. */
  add(objects: number): boolean {
    if (this.isOver) return false;
    this.met += objects;
    this.isOver = this.met >= unrolling.after;
    return this.isOver;
  }
}

/** A name as it stands in code; never anything but a text in quotes. */
export const quoted = (name: string): string => JSON.stringify(name);

/**
 * Runs `text` once, with what is given under these names, for what it returns. Null where there is too much code already, or where the
 * process was started with `--disallow-code-generation-from-strings`.
 */
export function unrolled<Made extends object>(text: string, given: Readonly<Record<string, unknown>>): Made | null {
  if (alive >= maxAlive) return null;
  let made: Made;
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- the text is ours, and of what it did not write itself it holds names in quotes only
    made = new Function(...Object.keys(given), `'use strict';\n${text}`)(...Object.values(given)) as Made;
  } catch (error) {
    if (error instanceof EvalError) return null;
    throw error;
  }
  alive += 1;
  forgotten.register(made, null);
  return made;
}
