import * as v from 'valibot';
import { ConfigurationInvalid } from './read.ts';
import { optionalNames, text } from './values.ts';

const ACCOUNT = /^\d{12}$/u;

/** In which accounts the stacks of a deployment lie. */
export const CELL_ACCOUNT_OPTIONS = {
  homeAccount: v.optional(
    v.nullable(text({ form: ACCOUNT, values: 'the twelve digits of an account, as text' })),
    null,
  ),
  cellAccounts: optionalNames({
    form: /^[a-z][a-z0-9-]{0,30}=\d{12}$/u,
    values: 'a list like cell1=222222222222,cell2=333333333333',
  }),
};

/** What the context says of accounts, and what goes by it. */
interface Given {
  readonly cells: readonly string[];
  readonly homeAccount: string | null;
  readonly cellAccounts: readonly string[] | null;
  readonly directCalls: boolean;
  readonly openstackSubnets: readonly string[] | null;
}

/**
 * The account in which each of these cells runs; a cell that is not named runs in the deployment's own.
 *
 * @throws ConfigurationInvalid when the accounts do not fit the deployment, or something else in it does not fit them
 */
export function accountsOfCells(given: Given): ReadonlyMap<string, string> {
  const { cellAccounts, cells, homeAccount } = given;
  const pairs = (cellAccounts ?? []).map((pair) => pair.split('='));
  const accounts = new Map(pairs.map(([cell = '', account = '']) => [cell, account]));
  if (accounts.size === 0) return accounts;
  const twice = pairs.length > accounts.size ? ['name each cell once'] : [];
  const unknown = [...accounts.keys()]
    .filter((cell) => !cells.includes(cell))
    .map((cell) => `${cell} is no cell of the context: it may be ${cells.join(', ')}`);
  const home = [...accounts]
    .filter(([, account]) => account === homeAccount)
    .map(([cell]) => `${cell} has the account of the deployment: leave it out`);
  const faults = [...twice, ...unknown, ...home, ...missing(given)];
  if (faults.length === 0) return accounts;
  throw new ConfigurationInvalid(
    faults.map((each) => `context "cellAccounts" is ${said(cellAccounts)}: ${each}`).join('\n'),
  );
}

/** What a cell in another account cannot do without, and what nothing is built for there. */
const missing = ({ directCalls, homeAccount, openstackSubnets }: Given): readonly string[] => [
  ...(homeAccount === null ? ['name the account of the deployment in homeAccount'] : []),
  ...(directCalls ? ['direct calls are not served from another account: leave directCalls out'] : []),
  ...(openstackSubnets === null
    ? []
    : [
        'subnets of one account are in no other: a cloud is reached without openstackSubnets, or its cells run at home',
      ]),
];

const said = (value: readonly string[] | null): string => JSON.stringify(value);
