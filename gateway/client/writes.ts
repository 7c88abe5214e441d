/** One write as a client names it: a mutation field, its arguments with their GraphQL types, what to read back, and its key. */
export interface Write {
  readonly field: string;
  readonly arguments: Readonly<Record<string, Argument>>;
  /** Selection without the outer braces. */
  readonly answer: string;
  /** Type of the field, if many writes share the selection: it is then written once, for a gateway limits the length of a document. */
  readonly answerType?: string;
  readonly key: string;
}

export interface Argument {
  readonly type: string;
  readonly value: unknown;
}

export interface Document {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The name under which the answer of the i-th write comes back. */
export const aliasOf = (index: number): string => `w${index}`;

/**
 * Pure: several writes as one document, each under its own key. Writes of one shape give the same text whatever they hold, so the
 * gateway plans it once.
 */
export function documentOf(writes: readonly Write[]): Document {
  const declared: string[] = [];
  const variables: Record<string, unknown> = {};
  const fragments = new Map<string, string>();
  const declare = (name: string, { type, value }: Argument): string => {
    declared.push(`$${name}: ${type}`);
    variables[name] = value;
    return `$${name}`;
  };
  const selectionOf = ({ answer, answerType }: Write): string => {
    if (answerType === undefined) return answer;
    fragments.set(answerType, `fragment ${answerType}Read on ${answerType} { ${answer} }`);
    return `...${answerType}Read`;
  };
  const fields = writes.map((write, index) => {
    const given = Object.entries(write.arguments).map(([name, argument]) => `${name}: ${declare(`${name}_${index}`, argument)}`);
    const key = declare(`key_${index}`, { type: 'String!', value: write.key });
    const list = given.length > 0 ? `(${given.join(', ')})` : '';
    return `  ${aliasOf(index)}: ${write.field}${list} @idempotent(key: ${key}) { ${selectionOf(write)} }`;
  });
  return { query: [`mutation (${declared.join(', ')}) {`, ...fields, '}', ...fragments.values()].join('\n'), variables };
}
