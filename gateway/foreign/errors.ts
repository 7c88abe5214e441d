import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { masked } from '../errors.js';
import { isUnplannable } from '../execution/unplannable.js';

/**
 * Pure but for the id: the error as the client sees it. What a subgraph said, and what is said of the request, passes; what was thrown here is
 * masked under an id that the log has too. Apollo's executor names the subgraph, which is nobody's business.
 */
export function presentForeign(
  formatted: GraphQLFormattedError,
  error: unknown,
  log: (id: string, error: unknown) => void,
): GraphQLFormattedError {
  const { serviceName, ...extensions } = formatted.extensions ?? {};
  const isSaid = serviceName !== undefined || isUnplannable(error) || !wasThrown(error);
  return isSaid ? { ...formatted, extensions } : masked(formatted, error, log);
}

/** Apollo Server wraps whatever is thrown; only remarks about a request are of graphql's own kind inside. */
function wasThrown(error: unknown): boolean {
  if (!(error instanceof GraphQLError)) return true;
  return error.originalError !== undefined && !(error.originalError instanceof GraphQLError);
}
