/**
 * What every subgraph's SDL opens with. The same in all of them: composition keeps a directive of operations only where every
 * subgraph defines it, and refuses access directives under any other name.
 */
export const subgraphHead = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@inaccessible", "@authenticated", "@requiresScopes", "@policy", "@tag", "@cost", "@listSize"])
"""The write runs once per key: the same key and body give the first answer again."""
directive @idempotent("The caller's own name for this write." key: String!) on FIELD
`;
