import { z } from 'zod';

const whole = (usual: number, least = 1): z.ZodDefault<z.ZodInt> =>
  z.int({ error: 'is a whole number' }).min(least, `is at least ${least}`).default(usual);

/** Waits travel as milliseconds of 32 bits, a tenth of chance included: a longer one could not be written down, and its endpoint would be tried without a pause. */
const longestWaitSeconds = 1_728_000;

/** How webhooks are delivered; what is not said is as here. */
export const webhookShape = z
  .strictObject({
    /** How often an instance looks for work, where nobody has told it before. */
    pollMs: whole(1_000, 20),
    /** How often an endpoint of which nothing was heard is looked at all the same. */
    idleMs: whole(15_000, 50),
    /** How long a receiver may take to answer. */
    timeoutMs: whole(10_000, 50),
    /** How long an instance holds an endpoint without a sign of life; after that another one takes it over. */
    leaseMs: whole(60_000, 200),
    /** How long an instance works on one endpoint before the others have their turn. */
    turnMs: whole(20_000, 50),
    /** Endpoints that one instance works on at once. */
    atOnce: whole(20),
    /** Events that are read ahead. */
    batch: whole(20),
    /** How long to wait after each failure in a row; after the last one the endpoint is disabled. */
    retrySeconds: z
      .array(z.number().min(0).max(longestWaitSeconds, 'is 20 days at the most'))
      .min(1)
      .max(50)
      .default([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]),
    /** The longest that a receiver's `Retry-After` is heeded. */
    maxRetryAfterSeconds: whole(86_400).refine((seconds) => seconds <= longestWaitSeconds, 'is 20 days at the most'),
    /** How long an old secret signs beside the new one. */
    overlapHours: whole(24, 0),
    /** Endpoints of one partner. */
    endpoints: whole(5),
    /** Of one message; an event that would be larger comes without its data, which can be read by its id. */
    maxBytes: whole(65_536, 1_024),
    /** Plain http and addresses that are not public: of a sandbox only. */
    local: z.boolean().default(false),
  })
  .refine(({ leaseMs, timeoutMs }) => leaseMs >= 2 * timeoutMs, {
    error: '`leaseMs` is twice `timeoutMs` at least, or two instances could send at once',
  });

export type WebhookSettings = Readonly<z.infer<typeof webhookShape>>;
