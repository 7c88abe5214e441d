import 'reflect-metadata';
import { Directive } from 'type-graphql';
import type { FieldClass } from '../../schema/access.js';

type Decorates = ClassDecorator & PropertyDecorator & MethodDecorator;

const several =
  (decorators: readonly Decorates[]): Decorates =>
  (target: object, ...rest: unknown[]) => {
    for (const decorate of decorators) (decorate as (target: object, ...rest: unknown[]) => void)(target, ...rest);
  };

/**
 * The access decision of a type or field, written as the standard directives. On a type it holds for all its fields; on a field it
 * is asked in addition. `scopes`: any one of the strings suffices. Every field must be decided, or the start is refused.
 */
export function Access(fieldClass: FieldClass, ...scopes: readonly string[]): Decorates {
  const decorators = [Directive(`@policy(policies: [["class:${fieldClass}"]])`)] as Decorates[];
  if (scopes.length > 0)
    decorators.push(Directive(`@requiresScopes(scopes: ${JSON.stringify(scopes.map((scope) => [scope]))})`) as Decorates);
  return several(decorators);
}

/** Root fields: who may call, any one of the scopes. Records are checked again inside. */
export const Scopes = (...scopes: readonly string[]): Decorates =>
  Directive(`@requiresScopes(scopes: ${JSON.stringify(scopes.map((scope) => [scope]))})`) as Decorates;

/** Any token, no particular scope. */
export const Authenticated = (): Decorates => Directive('@authenticated') as Decorates;

/** Not in the public schema, and refused unless another subgraph calls: how subgraphs meet. */
export const Internal = (): Decorates => several([Directive('@inaccessible') as Decorates, Access('INTERNAL')]);

export const Key = (fields: string): ClassDecorator => Directive(`@key(fields: ${JSON.stringify(fields)})`) as ClassDecorator;
export const Shareable = (): Decorates => Directive('@shareable') as Decorates;
/** Part of the wiring between subgraphs, absent from the public schema. */
export const Inaccessible = (): Decorates => Directive('@inaccessible') as Decorates;
