import { subgraphsOf } from '../../../schema/roster.js';
import { Unavailable } from '../../../schema/transport.js';
import type { Viewer } from '../../../schema/viewer.js';
import type { Peers } from '../../kernel/peers.js';
import type { Open } from '../../kernel/personal-data.js';

/** Every other subgraph of a production graph: each keeps its own part of what is known of a member. */
const others = subgraphsOf(false)
  .map(({ name }) => name)
  .filter((name) => name !== 'members');

/** Asks all others; one that is out of reach makes the whole answer unavailable, for half of it would pass for all. */
async function all<T>(
  peers: Peers,
  document: string,
  variables: Record<string, unknown>,
  viewer: Viewer,
  key?: string,
): Promise<[string, T][]> {
  return Promise.all(others.map(async (name): Promise<[string, T]> => [name, await peers.ask<T>(name, document, variables, viewer, key)]));
}

export interface Section {
  readonly subgraph: string;
  readonly table: string;
  readonly count: number;
}

export async function sectionsElsewhere(peers: Peers, viewer: Viewer, memberUid: string): Promise<Section[]> {
  const answers = await all<{ personalSections: { table: string; count: number }[] }>(
    peers,
    'query ($memberUid: ID!) { personalSections(memberUid: $memberUid) { table count } }',
    { memberUid },
    viewer,
  );
  return answers.flatMap(([subgraph, { personalSections }]) => personalSections.map(({ table, count }) => ({ subgraph, table, count })));
}

export async function rowsElsewhere(
  peers: Peers,
  viewer: Viewer,
  memberUid: string,
  subgraph: string,
  table: string,
  offset: number,
): Promise<string[] | null> {
  if (!others.includes(subgraph)) return null;
  const { personalRows } = await peers.ask<{ personalRows: string[] }>(
    subgraph,
    'query ($memberUid: ID!, $table: String!, $offset: Int!) { personalRows(memberUid: $memberUid, table: $table, offset: $offset) }',
    { memberUid, table, offset },
    viewer,
  );
  return personalRows;
}

export async function openElsewhere(peers: Peers, viewer: Viewer, memberUid: string, forfeit: boolean): Promise<Open[]> {
  const answers = await all<{ openMatters: Open[] }>(
    peers,
    'query ($memberUid: ID!, $forfeit: Boolean!) { openMatters(memberUid: $memberUid, forfeit: $forfeit) { what detail } }',
    { memberUid, forfeit },
    viewer,
  );
  return answers.flatMap(([, { openMatters }]) => openMatters);
}

export async function forgetElsewhere(peers: Peers, viewer: Viewer, memberUid: string, erasure: string, forfeit: boolean): Promise<void> {
  const document =
    'mutation ($memberUid: ID!, $erasure: ID!, $forfeit: Boolean!) { forgetMember(memberUid: $memberUid, erasure: $erasure, forfeit: $forfeit) }';
  for (const [subgraph, { forgetMember }] of await all<{ forgetMember: boolean }>(
    peers,
    document,
    { memberUid, erasure, forfeit },
    viewer,
    `erase:${erasure}`,
  ))
    if (!forgetMember) throw new Unavailable(subgraph, 'it did not forget');
}
