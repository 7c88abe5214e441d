import type { Code } from '../../schema/codes.js';
import { endingText, type Sink } from './stream.js';

export type Answer = Readonly<Record<string, unknown>>;

/** An answer as the library takes it: it asks each error for its JSON. */
export function answerOf(text: string): Answer {
  const answer = JSON.parse(text) as Answer & { readonly errors?: readonly object[] };
  for (const error of answer.errors ?? []) Object.defineProperty(error, 'toJSON', { value: () => ({ ...error }) });
  return answer;
}

export interface Channel {
  readonly sink: Sink;
  readonly answers: AsyncGenerator<Answer, void>;
  /** Nothing more comes. */
  readonly close: () => void;
}

/**
 * A sink at one end and answers to take at the other. It holds one answer: the next one is made when this one was taken and its taker came
 * back for more. `lost` is called when nobody comes for too long.
 */
export function openChannel(stallMs: number, lost: () => void): Channel {
  let held: Answer | undefined;
  let isOver = false;
  let changed: (() => void) | undefined;
  let taken: ((goesOn: boolean) => void) | undefined;
  const change = (): void => {
    changed?.();
    changed = undefined;
  };
  const over = (): void => {
    isOver = true;
    taken?.(false);
    change();
  };
  const put = (answer: Answer): Promise<boolean> => {
    if (isOver) return Promise.resolve(false);
    held = answer;
    change();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        over();
        lost();
      }, stallMs);
      taken = (goesOn) => {
        clearTimeout(timer);
        taken = undefined;
        resolve(goesOn);
      };
    });
  };
  async function* answers(): AsyncGenerator<Answer, void> {
    try {
      for (;;) {
        if (held !== undefined) {
          const answer = held;
          held = undefined;
          yield answer;
          taken?.(true);
        } else if (isOver) return;
        else await new Promise<void>((resolve) => (changed = resolve));
      }
    } finally {
      over();
    }
  }
  return {
    sink: {
      next: (_id, answer) => put(answerOf(answer)),
      beat: () => Promise.resolve(!isOver), // The socket has its own heartbeat.
      end(id: string, code: Code) {
        if (isOver) return;
        held = answerOf(endingText(code, id));
        over();
      },
    },
    answers: answers(),
    close: over,
  };
}
