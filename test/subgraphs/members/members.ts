import type { Transport } from '../../../schema/transport.js';
import { recipientOf, type Viewer } from '../../../schema/viewer.js';
import { rows } from '../../../subgraphs/kernel/sql.js';
import { subgraph } from '../../../subgraphs/members/index.js';
import { openTestSubgraph, testIds, type TestSubgraph } from '../../support/subgraph.js';
import { unreachable } from '../../support/transport.js';
import { viewers } from '../../support/viewers.js';

/** A ledger that knows whoever is not called `nobody`; everything else is out of reach. */
const partnersOnly: Transport = {
  ...unreachable,
  send: async (name, request, viewer) => {
    const id = request.variables?.['id'] as string;
    if (name !== 'ledger' || !request.query.includes('partnerTerms')) return unreachable.send(name, request, viewer);
    return { data: { partnerTerms: id === 'nobody' ? null : { id } } };
  },
};

export interface TestMembers extends TestSubgraph {
  /** Enrols a person at partners under the same number; the uid. */
  enrol(ref: string, ...partners: string[]): Promise<string>;
  /** Stops the clock of the subgraph at an instant, as the sandbox moves it. */
  setClock(at: Date): Promise<void>;
}

let keys = 0;
export const freshKey = (): string => `key-${(keys += 1)}`;

export async function openMembers(): Promise<TestMembers> {
  const members = await openTestSubgraph(subgraph as never, partnersOnly);
  const admin = viewers.staff();
  return {
    ...members,
    async enrol(ref, ...partners) {
      const input = { partner: 'operator', ref, name: `Name of ${ref}`, phone: '13800000000' };
      const enrol = 'mutation ($input: EnrolMemberInput!) { enrolMember(input: $input) { ... on MemberEnrolled { member { id } } } }';
      const answer = await members.ask(admin, enrol, { input }, freshKey());
      const { id } = (answer.data?.['enrolMember'] as { member: { id: string } }).member;
      for (const partner of partners) {
        const link =
          'mutation ($member: String!, $partner: ID!, $ref: String!) { linkMember(member: $member, partner: $partner, ref: $ref) { __typename } }';
        await members.ask(admin, link, { member: id, partner, ref }, freshKey());
      }
      return testIds.open(id, recipientOf(admin)) as string;
    },
    async setClock(at) {
      const em = members.subgraph.database.em.fork();
      await rows(
        em as never,
        `create or replace function clock() returns timestamptz stable language sql as 'select timestamptz ''${at.toISOString()}'''`,
      );
    },
  };
}

export const codeOf = (answer: {
  readonly errors?: readonly { readonly extensions?: Readonly<Record<string, unknown>> | undefined }[] | undefined;
}): unknown => answer.errors?.[0]?.extensions?.['code'] ?? null;

const grantDocument = `mutation ($recipient: ID!, $purpose: ConsentPurpose!, $classes: [ConsentClass!]!, $until: DateTime, $guardian: Boolean! = false, $member: String) {
  grantConsent(recipient: $recipient, purpose: $purpose, classes: $classes, until: $until, guardian: $guardian, member: $member) {
    __typename
    ... on ConsentGranted { consent { id recipient partner { id } purpose classes from until guardian inForce withdrawnAt } replayed }
    ... on Refusal { code message }
  }
}`;
export interface Granted {
  readonly __typename: string;
  readonly consent: { readonly id: string };
}
/** What the member grants: `grant(members, li, { recipient: 'telecom', classes: ['PII'] })`; for SERVICE unless said otherwise. */
export const grant = (
  members: TestMembers,
  viewer: Viewer,
  variables: Record<string, unknown>,
  key = freshKey(),
): ReturnType<TestMembers['ask']> => members.ask(viewer, grantDocument, { purpose: 'SERVICE', ...variables }, key);
export const granted = async (...request: Parameters<typeof grant>): Promise<string> =>
  ((await grant(...request)).data?.['grantConsent'] as Granted).consent.id;
export const withdraw = (members: TestMembers, viewer: Viewer, id: string, key = freshKey()): ReturnType<TestMembers['ask']> =>
  members.ask(viewer, 'mutation ($id: ID!) { withdrawConsent(id: $id) { effectiveAt replayed } }', { id }, key);
