/** Every subgraph of the graph, in one list. A new partner adds one line here and one folder under `subgraphs/partners`. */
export interface RosterLine {
  /** Name in the supergraph and the Postgres schema that the subgraph owns. */
  readonly name: string;
  /** Folder below `subgraphs/`. */
  readonly folder: string;
  /** Environment variable that holds the base URL when the subgraph runs as its own process. */
  readonly urlVariable: string;
  /** Port of the subgraph when it runs as its own process and nothing else is said. */
  readonly port: number;
  /** The trade whose partners this subgraph serves: what was sold there, and delivery of what is redeemed there. */
  readonly trade?: Trade;
  /** Part of the graph only when started as a sandbox, and then absent from the committed contract. */
  readonly sandboxOnly?: true;
}

export const trades = ['TELECOM', 'AUTOMOTIVE', 'BANKING', 'TRAVEL', 'RETAIL'] as const;
export type Trade = (typeof trades)[number];

export const roster: readonly RosterLine[] = [
  { name: 'members', folder: 'members', urlVariable: 'MEMBERS_URL', port: 4101 },
  { name: 'ledger', folder: 'ledger', urlVariable: 'LEDGER_URL', port: 4102 },
  { name: 'catalog', folder: 'catalog', urlVariable: 'CATALOG_URL', port: 4103 },
  { name: 'telecom', folder: 'partners/telecom', urlVariable: 'TELECOM_URL', port: 4104, trade: 'TELECOM' },
  { name: 'automotive', folder: 'partners/automotive', urlVariable: 'AUTOMOTIVE_URL', port: 4105, trade: 'AUTOMOTIVE' },
  { name: 'banking', folder: 'partners/banking', urlVariable: 'BANKING_URL', port: 4106, trade: 'BANKING' },
  { name: 'travel', folder: 'partners/travel', urlVariable: 'TRAVEL_URL', port: 4107, trade: 'TRAVEL' },
  { name: 'retail', folder: 'partners/retail', urlVariable: 'RETAIL_URL', port: 4108, trade: 'RETAIL' },
  { name: 'sandbox', folder: 'sandbox', urlVariable: 'SANDBOX_URL', port: 4109, sandboxOnly: true },
];

/** The subgraphs of a production graph, or of the sandbox. */
export const subgraphsOf = (sandbox: boolean): readonly RosterLine[] => roster.filter((line) => sandbox || !line.sandboxOnly);

/** The subgraph that reports purchases and delivers for partners of a trade. */
export const subgraphOfTrade = (trade: Trade): string | undefined => roster.find((line) => line.trade === trade)?.name;
