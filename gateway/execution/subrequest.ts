import type { SubgraphRequest } from '../../schema/transport.js';

/** The part of a subquery's text that is the same every time. */
export interface Subquery {
  readonly query: string;
  readonly operationName: string | undefined;
  /** Both as members of a JSON object, without what closes it. */
  readonly head: string;
}

export const subqueryOf = (query: string, operationName: string | undefined): Subquery => ({
  query,
  operationName,
  head: JSON.stringify({ query, operationName }).slice(0, -1),
});

/** A request for entities. Over a wire its text goes as it is; a subgraph in this process reads the variables out of it. */
export class EntityRequest implements SubgraphRequest {
  readonly query: string;
  readonly operationName: string | undefined;
  private read: Readonly<Record<string, unknown>> | undefined;

  constructor(
    private readonly subquery: Subquery,
    private readonly others: Readonly<Record<string, unknown>> | undefined,
    private readonly representations: readonly string[],
  ) {
    this.query = subquery.query;
    this.operationName = subquery.operationName;
  }

  get variables(): Readonly<Record<string, unknown>> {
    return (this.read ??= JSON.parse(this.variablesText) as Readonly<Record<string, unknown>>);
  }

  get text(): string {
    return `${this.subquery.head},"variables":${this.variablesText}}`;
  }

  private get variablesText(): string {
    const representations = `"representations":[${this.representations.join(',')}]`;
    return this.others ? `${JSON.stringify(this.others).slice(0, -1)},${representations}}` : `{${representations}}`;
  }
}

/** A request at the root. */
export class RootRequest implements SubgraphRequest {
  readonly query: string;
  readonly operationName: string | undefined;

  constructor(
    private readonly subquery: Subquery,
    readonly variables: Readonly<Record<string, unknown>> | undefined,
  ) {
    this.query = subquery.query;
    this.operationName = subquery.operationName;
  }

  get text(): string {
    return this.variables ? `${this.subquery.head},"variables":${JSON.stringify(this.variables)}}` : `${this.subquery.head}}`;
  }
}
