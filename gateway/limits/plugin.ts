import { type ApolloServerPlugin, type GraphQLRequestListener, HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { GatewayContext } from '../context.js';
import { checkBudget, type Price, type Priced } from './pricing.js';
import type { CallerClass } from '../../schema/limits.js';
import type { Rates } from './rates.js';
import { Refused } from './refused.js';

export interface Prices {
  readonly priceOf: (asked: Priced, by: CallerClass) => Price;
  readonly rates: Rates;
  /** Units of a request that is refused for what it says. */
  readonly refusedCost: number;
}

/** Between validation and planning: what the operation costs, whether its caller may spend that, and what is left. */
export function pricePlugin({ priceOf, rates, refusedCost }: Prices): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: () => {
      let price: Price | undefined;
      const listener: GraphQLRequestListener<GatewayContext> = {
        didResolveOperation: ({ request, schema, document, operation, queryHash, contextValue: { spender }, response }) => {
          // An operation that there is not is refused by others.
          if (!operation || !spender) return Promise.resolve();
          try {
            price = priceOf({ schema, queryHash, document, operation, variables: request.variables }, spender.class);
            checkBudget(price);
            for (const [name, value] of Object.entries(rates.spend(spender, price.requested))) response.http.headers.set(name, value);
          } catch (error) {
            if (!(error instanceof Refused)) throw error;
            if (error.code === 'OPERATION_TOO_COSTLY') rates.charge(spender, refusedCost);
            return Promise.reject(asGraphQLError(error));
          }
          return Promise.resolve();
        },
        willSendResponse: ({ response: { body }, contextValue: { spender } }) => {
          if (price && body.kind === 'single') body.singleResult.extensions = { cost: price };
          else if (!price && spender) rates.charge(spender, refusedCost);
          return Promise.resolve();
        },
      };
      return Promise.resolve(listener);
    },
  };
}

const asGraphQLError = ({ message, code, facts, status, headers }: Refused): GraphQLError =>
  new GraphQLError(message, { extensions: { code, ...facts, http: { status, headers: new HeaderMap(Object.entries(headers)) } } });
