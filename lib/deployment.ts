import { type App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { ApiStack } from './api-stack.ts';
import { accountsOfCells } from '#configuration/cell-accounts';
import { readContext } from '#configuration/context';
import { ApiStateStack } from './api-state-stack.ts';
import { CellStack } from './cell-stack.ts';
import { CellStateStack } from './cell-state-stack.ts';
import { CELL0, Names } from './names.ts';
import { withStage } from './stage.ts';

/** The stacks of one deployment: those that hold state stand apart from those that run. */
export interface Deployment {
  /** Its name, which all others begin with. */
  readonly name: string;
  readonly apiState: ApiStateStack;
  readonly api: ApiStack;
  /** By the name of the cell, cell0 included. */
  readonly cellStates: ReadonlyMap<string, CellStateStack>;
  /** By the name of the cell; nothing runs for cell0. */
  readonly cells: ReadonlyMap<string, CellStack>;
}

/**
 * Adds the API level and the cells, as the context says, and checks them with cdk-nag.
 *
 * @throws ConfigurationInvalid when the context says what cannot be taken
 */
export function addDeployment(app: App): Deployment {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const { cells: named, ...settings } = readContext(withStage(app.node.getAllContext()));
  const { deployment, homeAccount } = settings;
  const accounts = accountsOfCells({ ...settings, cells: named });
  const abroad = [...accounts].map(([cell, account]) => ({ cell, account }));
  // Credentials of another account are refused at once.
  const home = homeAccount === null ? {} : { env: { account: homeAccount } };
  const names = new Names(deployment);
  Tags.of(app).add('deployment', names.prefix);
  const apiState = new ApiStateStack(app, names.stateStack(), { names, settings, abroad, ...home });
  const api = new ApiStack(app, names.of('api'), { names, settings, ...home });
  api.addStackDependency(apiState);
  const cellStates = new Map<string, CellStateStack>();
  const cells = new Map<string, CellStack>();
  for (const cell of [CELL0, ...named]) {
    const account = accounts.get(cell);
    const state = new CellStateStack(app, names.stateStack(cell), {
      names,
      cell,
      settings,
      abroad: abroad.find((each) => each.cell === cell),
      ...home,
    });
    // The key and the topic are known by name, so nothing else decides which stack comes first.
    state.addStackDependency(apiState);
    cellStates.set(cell, state);
    if (cell === CELL0) continue;
    const stack = new CellStack(app, names.cell(cell), {
      cell,
      settings,
      ...(account === undefined
        ? { names, abroad: false, ...home }
        : { names: new Names(deployment, homeAccount ?? undefined), abroad: true, env: { account } }),
    });
    stack.addStackDependency(state);
    cells.set(cell, stack);
  }
  return { name: names.prefix, apiState, api, cellStates, cells };
}
