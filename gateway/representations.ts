import { maxRepresentations, type SubgraphAnswer, type SubgraphError, type SubgraphRequest } from '../schema/transport.js';

/** Pure: an entity call as calls of at most `limit` representations each; any other call, and a small one, stays as it is. */
export function splitRepresentations(request: SubgraphRequest, limit = maxRepresentations): readonly SubgraphRequest[] {
  const asked = request.variables?.['representations'];
  if (!Array.isArray(asked) || asked.length <= limit) return [request];
  return Array.from({ length: Math.ceil(asked.length / limit) }, (_, part) => ({
    ...request,
    variables: { ...request.variables, representations: asked.slice(part * limit, (part + 1) * limit) as unknown[] },
  }));
}

/** Pure: the answers to the parts, in their order, as one answer; positions in the paths of errors count through. */
export function joinEntities(parts: readonly SubgraphRequest[], answers: readonly SubgraphAnswer[]): SubgraphAnswer {
  const [only] = answers;
  if (only && answers.length === 1) return only;
  const entities: unknown[] = [];
  const errors: SubgraphError[] = [];
  parts.forEach(({ variables }, part) => {
    const answer = answers[part];
    const places = (variables?.['representations'] as unknown[]).length;
    const found = answer?.data?.['_entities'];
    for (const error of answer?.errors ?? []) errors.push(moved(error, entities.length));
    // A part that failed as a whole still takes its places, or the records after it would be taken for others.
    entities.push(...(Array.isArray(found) && found.length === places ? (found as unknown[]) : Array<null>(places).fill(null)));
  });
  return { data: { _entities: entities }, ...(errors.length > 0 ? { errors } : {}) };
}

function moved(error: SubgraphError, by: number): SubgraphError {
  const [root, index, ...rest] = error.path ?? [];
  return root === '_entities' && typeof index === 'number' ? { ...error, path: [root, index + by, ...rest] } : error;
}
