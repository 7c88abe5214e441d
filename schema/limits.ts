import { z } from 'zod';

/** Kinds of callers that have budgets of their own. */
export const callerClasses = ['anonymous', 'member', 'partner', 'staff', 'regulator'] as const;
export type CallerClass = (typeof callerClasses)[number];

const whole = (usual: number): z.ZodDefault<z.ZodInt> => z.int({ error: 'is a whole number' }).min(1, 'is at least 1').default(usual);

const rate = (perSecond: number, burst: number) => z.strictObject({ perSecond: whole(perSecond), burst: whole(burst) }).prefault({});

/** Every limit of the gateway and what it is unless the operator says otherwise. Units are those of an operation's cost. */
export const limitsShape = z
  .strictObject({
    /** Connections of one instance, and of one network among them: an address, or what one subscriber has of IPv6. */
    connections: whole(10_000),
    connectionsPerNetwork: whole(2_000),
    /** Of a request's body. */
    bodyBytes: whole(102_400),
    /** Of the variables: how deep, and how many values they hold. */
    variablesDepth: whole(20),
    variableValues: whole(5_000),
    /** Of the document: its words, its levels (below `__schema` and `__type` it has levels of its own), its names of their own … */
    tokens: whole(1_500),
    depth: whole(12),
    introspectionDepth: whole(20),
    aliases: whole(30),
    /** … fields at its root, selections where every fragment stands wherever it is used, directives, operations and fragments. */
    rootFields: whole(20),
    selections: whole(500),
    directives: whole(50),
    definitions: whole(50),
    /** Length of a list of which the schema says nothing. */
    assumedList: whole(5),
    /** Units of a write whose field has no weight. */
    writeCost: whole(10),
    /** Units of a request that is refused for what it says: it had to be read. */
    refusedCost: whole(10),
    /** Units of one operation. */
    budgets: z
      .strictObject({
        anonymous: whole(1_000),
        member: whole(2_000),
        partner: whole(5_000),
        staff: whole(10_000),
        regulator: whole(10_000),
      })
      .prefault({}),
    /** How often instances tell each other what was spent, in milliseconds; 0 where each counts for itself. */
    shareMs: z.int({ error: 'is a whole number' }).min(0, 'is at least 0').default(200),
    /** Units per second that a principal gets back, and how many it can save up: of all instances that hear each other. */
    rates: z
      .strictObject({
        anonymous: rate(1_000, 20_000),
        member: rate(1_000, 20_000),
        partner: rate(10_000, 100_000),
        staff: rate(10_000, 100_000),
        regulator: rate(5_000, 50_000),
      })
      .prefault({}),
  })
  .refine(({ budgets, rates }) => callerClasses.every((name) => budgets[name] <= rates[name].burst), {
    error: 'a budget above the burst of its class could never be spent',
  });

export type Limits = Readonly<z.infer<typeof limitsShape>>;

export const usualLimits: Limits = limitsShape.parse({});

/**
 * What a request may be in front of a supergraph that is not ours, unless the operator says otherwise: documents of which nothing is known
 * but that they are legal pass, and what no client would send does not.
 */
export const foreignDefaults: Partial<Limits> = {
  bodyBytes: 1_048_576,
  variablesDepth: 100,
  variableValues: 100_000,
  tokens: 15_000,
  depth: 50,
  introspectionDepth: 50,
  aliases: 1_000,
  rootFields: 500,
  selections: 10_000,
  directives: 1_000,
  definitions: 500,
};
