import { Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import { type SubgraphAnswer, type SubgraphRequest, type Transport, Unavailable } from '../../../schema/transport.js';
import type { Viewer } from '../../../schema/viewer.js';
import { Access, Authenticated } from '../../../subgraphs/kernel/access.js';
import type { SubgraphDefinition } from '../../../subgraphs/kernel/subgraph.js';
import { openTestSubgraph, type TestSubgraph } from '../../support/subgraph.js';
import { viewers } from '../../support/viewers.js';

@ObjectType({ description: 'A card of a member.' })
@Access('OWN')
class Card {
  @Field(() => ID, { description: 'Id.' }) id!: string;
  @Field(() => String, { nullable: true, description: 'Name on it.' }) @Access('PII') name!: string;
  @Field(() => String, { nullable: true, description: 'Spent elsewhere.' }) @Access('SHARED') elsewhere!: string;
}

const cards = ['li', 'wang', 'chen'].map((id) => Object.assign(new Card(), { id, name: `Name of ${id}`, elsewhere: '1' }));

@Resolver()
class CardResolver {
  @Query(() => [Card], { description: 'All cards.' })
  @Authenticated()
  cards(): Card[] {
    return cards;
  }
  @Query(() => Card, { nullable: true, description: 'A card of whom nobody knows whose it is.' })
  @Authenticated()
  broken(): Card {
    return Object.assign(new Card(), { id: 'broken', name: 'x', elsewhere: 'x' });
  }
}

/** Everybody is known to the telecom; `li` and `wang` agreed that it reads their names. */
const subgraph: SubgraphDefinition<null> = {
  name: 'cards',
  entities: [],
  migrations: [],
  resolvers: [CardResolver],
  owners: {
    Card: ({ id }: Card) => {
      if (id === 'broken') throw new Error('no idea');
      return { member: id, partners: ['telecom'] };
    },
  },
  loaders: () => null,
};

const asked: { request: SubgraphRequest; viewer: Viewer }[] = [];
let membersAnswer: (uids: string[]) => Promise<SubgraphAnswer>;
const transport: Transport = {
  send: (name, request, viewer) => {
    asked.push({ request, viewer });
    expect(name).toBe('members');
    return membersAnswer(request.variables?.['memberUids'] as string[]);
  },
  ready: () => Promise.resolve(true),
  close: () => Promise.resolve(),
};
const agreed = (...uids: string[]): SubgraphAnswer => ({
  data: { consentsFor: uids.map((member) => ({ member, open: ['PII'], guardian: [], purposes: [] })) },
});

let subject: TestSubgraph;
beforeAll(async () => {
  subject = await openTestSubgraph(subgraph as never, transport);
});
afterAll(() => subject.close());
beforeEach(() => {
  asked.length = 0;
  membersAnswer = () => Promise.resolve(agreed('li', 'wang'));
});

const names = '{ cards { id name } }';
const codesOf = (answer: SubgraphAnswer): unknown[] => (answer.errors ?? []).map(({ extensions }) => extensions?.['code']);

test('consents of all members of an answer are asked in one call, for this recipient', async () => {
  const answer = await subject.ask(viewers.partner('telecom'), names);
  expect(answer.data).toEqual({
    cards: [
      { id: 'li', name: 'Name of li' },
      { id: 'wang', name: 'Name of wang' },
      { id: 'chen', name: null },
    ],
  });
  expect(answer.errors).toMatchObject([
    { path: ['cards', 2, 'name'], extensions: { code: 'CONSENT_REQUIRED', coordinate: 'Card.name', needs: ['class:OWN', 'class:PII'] } },
  ]);
  expect(asked.map(({ request }) => request.variables)).toEqual([{ memberUids: ['li', 'wang', 'chen'], recipient: 'telecom' }]);
  expect(asked[0]?.viewer).toMatchObject({ via: 'cards', partner: 'telecom' });
});

test('two classes of one member take one call; one that was agreed to opens no other', async () => {
  const answer = await subject.ask(viewers.partner('telecom'), '{ cards { name elsewhere } }');
  expect(codesOf(answer)).toEqual(Array.from({ length: 4 }, () => 'CONSENT_REQUIRED'));
  expect(asked).toHaveLength(1);
});

test.each`
  who                             | viewer                                                | query                   | codes
  ${'a partner, own fields only'} | ${viewers.partner('telecom')}                         | ${'{ cards { id } }'}   | ${0}
  ${'a partner without a link'}   | ${viewers.partner('banking')}                         | ${'{ cards { name } }'} | ${3}
  ${"the operator's named staff"} | ${viewers.staff()}                                    | ${names}                | ${0}
  ${'staff without the scope'}    | ${{ ...viewers.partnerStaff('telecom'), scopes: [] }} | ${names}                | ${3}
  ${'a regulator'}                | ${viewers.regulator}                                  | ${names}                | ${3}
`('$who: decided without asking members', async ({ viewer, query, codes }) => {
  const answer = await subject.ask(viewer, query);
  expect(codesOf(answer)).toEqual(Array.from({ length: codes }, () => 'FORBIDDEN_FIELD'));
  expect(asked).toEqual([]);
});

test('what was agreed is asked again by the next request: a withdrawal holds from the next read', async () => {
  await subject.ask(viewers.partner('telecom'), names);
  membersAnswer = () => Promise.resolve(agreed());
  const answer = await subject.ask(viewers.partner('telecom'), names);
  expect(codesOf(answer)).toEqual(Array.from({ length: 3 }, () => 'CONSENT_REQUIRED'));
  expect(asked).toHaveLength(2);
});

test('members out of reach is neither open nor a refusal', async () => {
  membersAnswer = () => Promise.reject(new Unavailable('members', 'down'));
  const answer = await subject.ask(viewers.partner('telecom'), '{ cards { id name } }');
  expect(codesOf(answer)).toEqual(Array.from({ length: 3 }, () => 'SUBGRAPH_UNAVAILABLE'));
  expect(answer.data).toEqual({ cards: cards.map(({ id }) => ({ id, name: null })) });
});

test('an owner that cannot be told is our fault, and masked, never open', async () => {
  const answer = await subject.ask(viewers.partner('telecom'), '{ broken { name } }');
  expect(codesOf(answer)).toEqual(['INTERNAL']);
  expect(answer.data).toEqual({ broken: { name: null } });
});
