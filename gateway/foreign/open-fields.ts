import { parse } from 'graphql';
import { type AccessRule, readAccess, stripAccess } from '../../schema/access.js';
import type { Composed } from '../../schema/compose.js';
import { readWeights, type Weights } from '../../schema/weights.js';

const noWeights: Weights = { types: new Map(), fields: new Map() };
const open: AccessRule = { authenticated: false, scopes: [], classes: ['PUBLIC'] };

/** What a supergraph that is not ours leaves undecided: open to everybody, or a reason not to serve it. */
export type Undecided = 'open' | 'refused';

/** Pure: a supergraph of anybody's. What it does decide about access holds; callers here prove nothing, so that is closed. */
export function readForeign(supergraphSdl: string, undecided: Undecided, isPriced = false): Composed {
  const document = parse(supergraphSdl, { noLocation: true });
  const { table, undecided: coordinates } = readAccess(document);
  if (coordinates.length > 0 && undecided === 'refused')
    throw new Error(
      `No access decision for ${coordinates.length} fields, ${coordinates.slice(0, 3).join(', ')} among them; to serve them to everybody: --undecided open`,
    );
  const access = new Map([...table, ...coordinates.map((coordinate) => [coordinate, open] as const)]);
  return { supergraphSdl, gatewaySdl: stripAccess(supergraphSdl), access, weights: isPriced ? readWeights(document) : noWeights };
}
