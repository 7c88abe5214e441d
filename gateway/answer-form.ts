import type { SubgraphRequest } from '../schema/transport.js';

/**
 * Pure: what makes this no answer to the request, or null. The executor takes answers on trust and would fail as a whole; one that
 * keeps the form badly is a subgraph out of reach, and costs its own fields.
 */
export function formProblem(answer: unknown, request: SubgraphRequest): string | null {
  if (!isRecord(answer)) return 'the answer is no object';
  const { data, errors } = answer;
  if (errors !== undefined && !(Array.isArray(errors) && errors.every(isError))) return 'the errors are no list of errors';
  if (data === undefined || data === null) return errors === undefined || errors.length === 0 ? 'neither data nor errors' : null;
  if (!isRecord(data)) return 'the data is no object';
  const asked = request.variables?.['representations'];
  const entities = data['_entities'];
  if (!Array.isArray(asked) || entities === null) return null;
  if (!Array.isArray(entities) || entities.length !== asked.length) return 'not one entity per representation';
  return entities.every((entity) => entity === null || isRecord(entity)) ? null : 'an entity is no object';
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const isError = (error: unknown): boolean =>
  isRecord(error) &&
  typeof error['message'] === 'string' &&
  (error['path'] === undefined || error['path'] === null || Array.isArray(error['path'])) &&
  (error['extensions'] === undefined || error['extensions'] === null || isRecord(error['extensions']));
