import { GraphQLError, parse } from 'graphql';
import type { Limits } from '../../schema/limits.js';
import { Regulars } from '../access/regulars.js';
import { documentSize, excessOf, type Measure } from './document-size.js';
import { Refused } from './refused.js';

/** Refuses a document that is larger than anybody may send, before it is validated, priced or planned. */
export type CheckDocument = (text: string) => void;

type Excess = Measure | 'tokens' | null;

const maxKept = 2_000;
const maxKeptCharacters = 8 * 1_048_576;
/** A longer text holds mostly space, for it has few words; it is measured each time. */
const maxKeptLength = 20_000;

const words: Readonly<Record<Measure | 'tokens', string>> = {
  tokens: 'The document is too long',
  depth: 'The document is nested too deeply',
  introspectionDepth: 'The document is nested too deeply',
  aliases: 'The document has too many aliases',
  rootFields: 'The document has too many fields at its root',
  selections: 'The document selects too much',
  directives: 'The document has too many directives',
  definitions: 'The document has too many operations and fragments',
};

/** Each text is measured once. */
export function documentChecks(limits: Pick<Limits, Measure | 'tokens'>): CheckDocument {
  const known = new Regulars<{ readonly excess: Excess }>(maxKept, maxKeptCharacters);
  return (text) => {
    const { excess } =
      text.length > maxKeptLength
        ? measure(text, limits)
        : known.of(
            text,
            () => measure(text, limits),
            () => text.length,
          );
    if (excess !== null) throw new Refused(400, 'OPERATION_TOO_COSTLY', words[excess], { limit: excess, max: limits[excess] });
  };
}

function measure(text: string, limits: Pick<Limits, Measure | 'tokens'>): { readonly excess: Excess } {
  try {
    return { excess: excessOf(documentSize(parse(text, { noLocation: true, maxTokens: limits.tokens })), limits) };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    // What is no GraphQL is said by who answers it.
    return { excess: /contains more tha[nt] \d+ tokens/.test(error.message) ? 'tokens' : null };
  }
}
