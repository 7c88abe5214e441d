import { Pool } from 'undici';

/** An error of the graph as a client sees it. */
export interface GraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[] | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

export interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null | undefined;
  readonly errors?: readonly GraphError[] | undefined;
}

/** One request to the graph as the holder of a token (null: nobody); `key` names the one write that the document holds. */
export type Ask = (token: string | null, query: string, variables?: Readonly<Record<string, unknown>>, key?: string) => Promise<Answer>;

/** The graph did not answer: whether a write took place is unknown, and sending it again under its key is safe. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

export interface GraphClient {
  readonly ask: Ask;
  close(): Promise<void>;
}

export interface GraphClientOptions {
  readonly language?: 'en' | 'zh-CN';
  readonly connections?: number;
  readonly timeoutMs?: number;
}

/** A client of the graph at `url` over kept-alive connections. Rejects only with `NoAnswer`. */
export function graphClient(url: string, options: GraphClientOptions = {}): GraphClient {
  const { language = 'en', connections = 8, timeoutMs = 30_000 } = options;
  const { origin, pathname, search } = new URL(url);
  const pool = new Pool(origin, { connections, connect: { timeout: 5_000 } });
  return {
    async ask(token, query, variables, key) {
      try {
        const answer = await pool.request({
          path: pathname + search,
          method: 'POST',
          headers: {
            accept: 'application/json',
            'accept-language': language,
            'content-type': 'application/json',
            ...(token === null ? {} : { authorization: `Bearer ${token}` }),
            ...(key === undefined ? {} : { 'idempotency-key': key }),
          },
          body: JSON.stringify({ query, variables }),
          signal: AbortSignal.timeout(timeoutMs),
        });
        return asAnswer(answer.statusCode, await answer.body.text());
      } catch (error) {
        throw error instanceof NoAnswer ? error : new NoAnswer(`Nothing answers at ${url}`, { cause: error });
      }
    },
    close: () => pool.destroy(),
  };
}

/** A body that is no GraphQL answer came from something between us and the graph, which says nothing about the write. */
function asAnswer(status: number, body: string): Answer {
  try {
    const answer = JSON.parse(body) as Answer | null;
    if (answer && (answer.data !== undefined || Array.isArray(answer.errors))) return answer;
  } catch {
    // Falls through: a proxy's page.
  }
  throw new NoAnswer(`What answers there is not the graph (HTTP status ${status})`);
}

/** The code of an error, or an empty text. */
export const codeOf = (error: GraphError): string => {
  const code = error.extensions?.['code'];
  return typeof code === 'string' ? code : '';
};
