import type { FetchNode, PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';
import { OperationTypeNode, parse } from 'graphql';
import { inTurn } from '../../schema/in-turn.js';
import { type Failure, unavailableAt } from './answer.js';
import { type AnswerField, answerFields, renameFields } from './answer-fields.js';
import type { EntityCall, Slot } from './entity-batch.js';
import { Merger } from './merge.js';
import { type IsA, representation } from './representations.js';
import type { Run } from './run.js';
import { placesAt, Targets } from './targets.js';
import { EntityRequest, RootRequest, type Subquery, subqueryOf } from './subrequest.js';
import { isRecord, type Path, setOwn, type Tree } from './tree.js';

/** A part of a plan, ready to run. */
export type Step = (run: Run) => Promise<void>;

/** How many entities that could not be asked for are named one by one. */
const maxNamedFailures = 100;

/**
 * Where so much has been answered, each part of a plan finds its entities, and lays out what it heard of them, in a turn of its own; what
 * several parts want then leaves in more calls.
 */
const manyBytes = 1_048_576;
const nothing = (): void => {};

/** Compiles a plan once; what then runs looks nothing up any more. */
export function compilePlan({ node }: QueryPlan, isA: IsA): Step {
  return node ? compileNode(node, [], isA) : () => Promise.resolve();
}

function compileNode(node: PlanNode | SubscriptionNode, path: Path, isA: IsA): Step {
  switch (node.kind) {
    case 'Fetch':
      return node.requires ? entityFetch(node, path, isA) : rootFetch(node, path, isA);
    case 'Flatten':
      return compileNode(node.node, [...path, ...node.path], isA);
    case 'Sequence': {
      const steps = node.nodes.map((child) => compileNode(child, path, isA));
      return async (run) => {
        for (const step of steps) await step(run);
      };
    }
    case 'Parallel': {
      const steps = node.nodes.map((child) => compileNode(child, path, isA));
      return async (run) => {
        await Promise.all(steps.map((step) => step(run)));
      };
    }
    case 'Condition':
    case 'Defer':
    case 'Subscription':
      throw new Error(`The planner made a ${node.kind}, which is not offered`);
  }
}

/** A fetch as the plan has it, with what of it is the same every time. */
interface Fetching {
  readonly service: string;
  readonly subquery: Subquery;
  /** The planner numbers its operations; two that differ in the name only are the same question. */
  readonly identity: string;
  /** Undefined where there are none. */
  readonly variablesOf: (run: Run) => Record<string, unknown> | undefined;
  readonly fields: readonly AnswerField[];
  readonly merger: Merger;
  readonly renamed: ReadonlyMap<string, string>;
}

function fetching(node: FetchNode, isA: IsA): Fetching {
  const { serviceName: service, operation: query, operationName, variableUsages = [], requires, inputRewrites, outputRewrites = [] } = node;
  const fields = answerFields(parse(query, { noLocation: true }));
  const used = requires ? (fields.find(({ from }) => from === '_entities')?.below ?? []) : fields;
  const renamed = renameFields(used, outputRewrites);
  const named = operationName === undefined ? query : query.replace(operationName, '');
  return {
    service,
    subquery: subqueryOf(query, operationName),
    identity: JSON.stringify([service, named, requires, inputRewrites, outputRewrites]),
    variablesOf: variablesOf(variableUsages),
    fields: used,
    merger: new Merger(used, isA),
    renamed,
  };
}

const variablesOf =
  (names: readonly string[]) =>
  ({ input: { variables } }: Run): Record<string, unknown> | undefined => {
    let used: Record<string, unknown> | undefined;
    for (const name of names)
      if (Object.hasOwn(variables, name) && variables[name] !== undefined) setOwn((used ??= {}), name, variables[name]);
    return used;
  };

/** The error's place below a target, in the names that the client knows. */
const placed = (failure: Failure, place: Path, { renamed }: Fetching): Failure => ({
  ...failure,
  path: [...place, ...(failure.path ?? []).map((part) => (typeof part === 'string' ? (renamed.get(part) ?? part) : part))],
});

function rootFetch(node: FetchNode, path: Path, isA: IsA): Step {
  const fetch = fetching(node, isA);
  const at = new Targets(path);
  const { service, subquery, identity, variablesOf, fields, merger } = fetch;
  return async (run) => {
    const targets = at.in(run.root);
    if (targets.length === 0) return;
    const ask = () => run.ask(service, new RootRequest(subquery, variablesOf(run)));
    const answer = await (node.operationKind === OperationTypeNode.QUERY ? run.askOnce(identity, ask) : ask());
    if (answer?.data) for (const target of targets) merger.over(target, answer.data);
    if (answer && answer.errors.length === 0) return;
    const places = placesAt(run.root, path);
    for (const target of targets) {
      const place = places.get(target) ?? [];
      for (const failure of answer?.errors ?? fields.map(({ to }) => unavailableAt([to])))
        run.fail(failure.path === undefined ? failure : placed(failure, place, fetch));
    }
  };
}

function entityFetch(node: FetchNode, path: Path, isA: IsA): Step {
  const fetch = fetching(node, isA);
  const at = new Targets(path);
  const { service, subquery, identity, variablesOf, merger } = fetch;
  const representationOf = representation(node.requires ?? [], node.inputRewrites ?? [], isA);
  return async (run) => {
    if (run.bytes > manyBytes) await inTurn(nothing);
    const targets = at.in(run.root);
    if (targets.length === 0) return;
    const batch = run.batchOf(identity, (representations) =>
      run.ask(service, new EntityRequest(subquery, variablesOf(run), representations)),
    );
    // Two lists side by side: a pair for each entity would be as much garbage as the entity.
    const asked: Tree[] = [];
    const slots: Slot[] = [];
    const calls: EntityCall[] = [];
    for (const target of targets) {
      const slot = batch.slotFor(target, representationOf);
      if (slot === null) continue;
      asked.push(target);
      slots.push(slot);
      if (calls[calls.length - 1] !== slot.call && !calls.includes(slot.call)) calls.push(slot.call);
    }
    if (calls.length === 0) return;
    await (calls.length === 1 ? (calls[0] as EntityCall).answered : Promise.all(calls.map(({ answered }) => answered)));
    if (run.bytes > manyBytes) await inTurn(nothing);
    for (let place = 0; place < asked.length; place += 1) {
      const { call, index } = slots[place] as Slot;
      const entity = call.entities?.[index];
      if (isRecord(entity)) merger.over(asked[place] as Tree, entity);
    }
    if (calls.some((call) => call.hasProblem)) reportEntities(run, path, asked, slots, fetch);
    for (const call of calls) for (const failure of call.takeGeneral()) run.fail(failure);
  };
}

function reportEntities(run: Run, path: Path, asked: readonly Tree[], slots: readonly Slot[], fetch: Fetching): void {
  const places = placesAt(run.root, path);
  let named = 0;
  for (const [position, { call, index }] of slots.entries()) {
    const place = places.get(asked[position] as Tree) ?? [];
    if (call.reached(index)) for (const failure of call.errorsOf(index)) run.fail(placed(failure, place, fetch));
    else if ((named += 1) <= maxNamedFailures) run.fail(unavailableAt(place));
  }
}
