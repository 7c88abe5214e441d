import { Kind, type OperationDefinitionNode, parse, print } from 'graphql';
import { conditionsOf, conditionVariables } from '../../../gateway/access/conditions.js';
import { decided } from '../../../gateway/execution/decided.js';
import { fragmentsOf } from '../../../gateway/execution/operation.js';

function decide(text: string, variables: Readonly<Record<string, unknown>> = {}): string {
  const document = parse(text);
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION) as OperationDefinitionNode;
  const conditions = conditionsOf(operation, conditionVariables(document, operation), variables);
  return print(decided(operation, fragmentsOf(document), conditions)).replaceAll(/\s+/g, ' ');
}

test.each`
  operation                                                                                                    | variables       | sent
  ${'{ a @skip(if: true) b @include(if: true) }'}                                                              | ${{}}           | ${'{ b }'}
  ${'query ($x: Boolean!) { a @include(if: $x) b }'}                                                           | ${{ x: false }} | ${'query ($x: Boolean!) { b }'}
  ${'query ($x: Boolean = true) { a @skip(if: $x) b }'}                                                        | ${{}}           | ${'query ($x: Boolean = true) { b }'}
  ${'query ($x: Boolean = true) { a @skip(if: $x) b }'}                                                        | ${{ x: false }} | ${'query ($x: Boolean = true) { a b }'}
  ${'{ a { b @skip(if: true) } }'}                                                                             | ${{}}           | ${'{ a { __typename } }'}
  ${'{ a @skip(if: true) }'}                                                                                   | ${{}}           | ${'{ __typename }'}
  ${'{ a { ... on T { b @skip(if: true) } c } }'}                                                              | ${{}}           | ${'{ a { c } }'}
  ${'{ a { ...F @include(if: true) ...G } } fragment F on T { b @skip(if: true) } fragment G on T { c ...F }'} | ${{}}           | ${'{ a { ...G } } fragment G on T { c }'}
  ${'{ a @include(if: false) @deferred { b } c @other(x: 1) @skip(if: false) }'}                               | ${{}}           | ${'{ c @other(x: 1) }'}
`('$operation with $variables: $sent', ({ operation, variables, sent }) => expect(decide(operation, variables)).toBe(sent));
