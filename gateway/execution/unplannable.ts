import { GraphQLError } from 'graphql';

const code = 'UNPLANNABLE_OPERATION';

/** No plan can be right, or there is none; in words for whoever asked. */
export const unplannable = (message: string, originalError?: unknown): GraphQLError =>
  new GraphQLError(message, { extensions: { code }, originalError: originalError as Error });

export const isUnplannable = (error: unknown): error is GraphQLError => error instanceof GraphQLError && error.extensions['code'] === code;
