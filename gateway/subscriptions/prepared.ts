import type { DocumentNode } from 'graphql';
import type { GatewayContext } from '../context.js';
import type { Audience } from '../introspection/audience.js';
import type { Spender } from '../limits/rates.js';
import type { AskedBody } from './serve-stream.js';
import type { StreamRequest } from './streams.js';

/** A request that is authenticated, admitted, read and measured; what is left is to run it. */
export interface Prepared {
  readonly body: AskedBody;
  readonly document: DocumentNode;
  readonly context: GatewayContext & { readonly spender: Spender };
  readonly kind: Audience;
  /** Whether it is a subscription. */
  readonly isStream: boolean;
  /** As streams want it. */
  readonly stream: StreamRequest;
}
