/**
 * What is dearer than its objects, in units of an operation's price; `gateway/limits/README.md` has the rule. Written into the subgraphs'
 * schemas as `@cost`. What is not here costs one unit per object, and ten where it writes.
 */
export const weights: Readonly<Record<string, number>> = {
  // Reads of one member or one thing, by several statements.
  'Member.usableHere': 10,
  'Member.preferenceProfiles': 10,
  'Me.dormancy': 5,
  'Query.split': 20,
  'Query.redeemable': 60,
  'Query.exportSection': 20,
  'Query.trace': 5,
  'Query.statement': 10,
  'Query.statementProof': 10,
  'Query.projection': 10,
  // Reads of a whole programme, month, partner or journal.
  'Query.simulate': 2_000,
  'Query.dormancy': 500,
  'Query.preference': 500,
  'Query.greenReport': 500,
  'Query.highPotential': 500,
  'Query.settlementPeriod': 500,
  'Query.regulatorExport': 1_000,
  'Query.liability': 2_500,
  'Query.liabilityRollForward': 5_000,
  'Query.books': 1_500,
  // Writes.
  'Mutation.quote': 20,
  'Mutation.hold': 40,
  'Mutation.redeem': 40,
  'Mutation.claim': 40,
  'Mutation.capture': 20,
  'Mutation.returnLines': 40,
  'Mutation.exportMember': 100,
  'Mutation.eraseMember': 200,
  'Mutation.closePeriod': 1_000,
  'Mutation.makePaymentOrders': 500,
  'Mutation.proposeTiers': 500,
  'Mutation.lookThrough': 2_500,
};
