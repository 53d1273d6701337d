import { runSimulation } from '@cloud-copilot/iam-simulate';
import { beforeAll, describe, expect, it } from 'vitest';
import { ActingRoles, type Noted } from './acting-roles.ts';
import { DEPLOYMENT, stateMachineArn, tableArn } from './aws-requests.ts';
import { deployedPolicies } from './template-policies.ts';
import { playEverything } from './tour.ts';
import { repeated, unused, type Granted } from './usage.ts';
import { simulationOf } from './verdicts.ts';

/** A deployment that also publishes what computes save, offers direct calls, and has canaries. */
const policies = deployedPolicies({
  notifyOnStateChange: 'vm_and_task_state',
  directCalls: true,
  canaryHosts: 'host1,nowhere',
});

/** What is refused on purpose: tried below by calls that no host of a cell has to make. */
const REFUSED: readonly { readonly role: RegExp; readonly resource: RegExp; readonly reason: string }[] = [
  {
    role: /-cell-\w+-object-(?:rpc|url)$/u,
    resource: /:table\/nova-conductor-(?:mappings|build-requests|api)$/u,
    reason: 'hosts read records of the API level and write none of them, but for the usage of projects',
  },
];

/** What is granted and not tried below. */
const UNTRIED: readonly {
  readonly role: RegExp;
  readonly action: RegExp;
  readonly resource: RegExp;
  readonly reason: string;
}[] = [
  {
    role: /^states:/u,
    action: /^logs:/u,
    resource: /^\*$/u,
    reason: 'Step Functions itself delivers the log of a state machine, in its role',
  },
  {
    role: /-object-rpc$/u,
    action: /^sqs:ChangeMessageVisibility$/u,
    resource: /conductor$/u,
    reason: 'a message that failed for a passing reason comes again later (rpc/batch)',
  },
  {
    role: /-(?:cold-migrate|launch|live-migrate|rebuild|unshelve)$/u,
    action: /^sqs:GetQueueAttributes$/u,
    resource: /-host-\*$/u,
    reason:
      'an order that shows no sign of having been taken for ten minutes is looked for in its queue (operations/order-facts)',
  },
  {
    role: /-(?:cold-migrate|launch|live-migrate|rebuild|unshelve)$/u,
    action: /^states:SendTask/u,
    resource: /:stateMachine:/u,
    reason:
      'a token that is registered after its server has settled is settled by the step (operations/register-token)',
  },
  {
    role: /-(?:confirm-across-cells|cross-cell-resize|revert-across-cells)$/u,
    action: /^states:SendTaskSuccess$/u,
    resource: /:stateMachine:/u,
    reason: 'a call that was answered before its Task began anew completes the token at once (operations/waiting-call)',
  },
  {
    role: /-cell1-object-url$/u,
    action: /^states:SendTaskSuccess$/u,
    resource: /-live-migrate$/u,
    reason: 'a destination says by the function URL, too, that a server has come (object-rpc/after-write)',
  },
  {
    role: /-reconciler$/u,
    action: /^states:SendTaskFailure$/u,
    resource: /-live-migrate$/u,
    reason: 'a live migration waits for no host that is down but on the order of an operator (reconciler/wake-waits)',
  },
  {
    role: /-reconciler$/u,
    action: /^dynamodb:(?:BatchGet|Put|Update|Delete)Item$/u,
    resource: /placement$/u,
    reason: 'what a canary without a host holds still is released with it (servers/finish-deletion)',
  },
  {
    role: /-(?:launch|reconciler)$/u,
    action: /^dynamodb:DeleteItem$/u,
    resource: /-cell-\*$/u,
    reason: 'a server that was deleted before any host knew it is taken out of its cell (records/instance-destroy)',
  },
  {
    role: /-(?:build|cold-migrate|live-migrate|unshelve)$/u,
    action: /^dynamodb:Query$/u,
    resource: /placement\/index\/lookup$/u,
    reason: 'the scheduler looks hosts up by name where a request names them and it has not seen them for a while',
  },
  {
    role: /-cross-cell-resize$/u,
    action: /^dynamodb:GetItem$/u,
    resource: /:table\/nova-conductor-mappings$/u,
    reason: 'the cell of a host is remembered for a minute (records/hosts/host-cell)',
  },
  {
    role: /-(?:confirm|revert)-across-cells$/u,
    action: /^dynamodb:(?:BatchGet|Put|Update|Delete)Item$/u,
    resource: /:table\/nova-conductor-placement$/u,
    reason: 'what a migration holds is released or given back by the object proxy, unless the source has failed',
  },
  {
    role: /-(?:rebuild|unshelve)$/u,
    action: /^dynamodb:(?:BatchGet|Delete)Item$/u,
    resource: /:table\/nova-conductor-placement$/u,
    reason: 'a claim that meets another one, or that is taken back whole (placement/commit, placement/claim-marks)',
  },
  {
    role: /-revert-across-cells$/u,
    action: /^(?:sqs:SendMessage|s3:PutObject)$/u,
    resource: /reply_/u,
    reason: 'an API casts it, and nobody waits for an answer; who calls is answered all the same',
  },
  {
    role: /-build$/u,
    action: /^dynamodb:DeleteItem$/u,
    resource: /:table\/nova-conductor-mappings$/u,
    reason: 'a server that is deleted before it has a cell is unmapped (servers/unmap-instance)',
  },
  {
    role: /-unshelve$/u,
    action: /^dynamodb:BatchGetItem$/u,
    resource: /:table\/nova-conductor-api$/u,
    reason: 'limits are looked at where a cloud counts the usage (operations/check-cloud-quota)',
  },
  {
    role: /-launch$/u,
    action: /^dynamodb:GetItem$/u,
    resource: /:table\/nova-conductor-requests$/u,
    reason: 'how long a service of a cloud has been away (operations/service-trouble)',
  },
  {
    role: /-(?:cell1-)?object-(?:rpc|url)$/u,
    action: /^dynamodb:BatchGetItem$/u,
    resource: /:table\/nova-conductor-(?:api|build-requests)$/u,
    reason: 'lists read what their index names, and no flavor and no build request is there (records/lookup)',
  },
  {
    role: /-object-rpc$/u,
    action: /^dynamodb:PutItem$/u,
    resource: /:table\/nova-conductor-api$/u,
    reason: 'members are added to a server group that is there (records/methods/instance-group)',
  },
  {
    role: /-task-rpc$/u,
    action: /^dynamodb:GetItem$/u,
    resource: /-cell-\*$/u,
    reason: 'a host asks for an operation on its server, or speaks for more than twenty hosts (task-rpc/tasks)',
  },
];

const isListed = (granted: Granted): boolean =>
  UNTRIED.some(
    ({ role, action, resource }) =>
      role.test(granted.role) && action.test(granted.action) && resource.test(granted.resource),
  );

/** Functions of cells are granted the same, and the tour sees to it in the first cell. */
const isOfCell2 = ({ role }: Granted): boolean => role.startsWith(`${DEPLOYMENT}-cell-cell2-`);

const lineOf = ({ role, action, resource }: Granted): string => `${role} ${action} ${resource}`;

describe('under the policies of the templates', () => {
  const acting = new ActingRoles(policies);
  let noted: readonly Noted[] = [];

  beforeAll(async () => {
    await playEverything(acting);
    noted = acting.noted;
  }, 300_000);

  it('nothing that a function does is denied', () => {
    const denied = noted
      .filter(({ allowed }) => !allowed)
      .filter(
        ({ role, request }) => !REFUSED.some((each) => each.role.test(role) && each.resource.test(request.resource)),
      )
      .map(({ role, request }) => `${lineOf({ role, ...request })} ${JSON.stringify(request.context)}`);

    expect(denied).toEqual([]);
    expect(new Set(noted.map(({ role }) => role))).toEqual(new Set(policies.roles.keys()));
  });

  it('nothing is granted that no function does', () => {
    expect(
      unused(policies, noted)
        .filter((granted) => !isListed(granted) && !isOfCell2(granted))
        .map(lineOf),
    ).toEqual([]);
  });

  it('nothing is granted twice', () => {
    expect(repeated(policies, noted).map(lineOf)).toEqual([]);
  });

  it('every exception is of something that is granted and that no function does', () => {
    const idle = unused(policies, noted);

    expect(
      UNTRIED.filter(
        ({ role, action, resource }) =>
          !idle.some(
            (granted) => role.test(granted.role) && action.test(granted.action) && resource.test(granted.resource),
          ),
      ),
    ).toEqual([]);
  });

  it.each(['rpc', 'url'])('a cell is granted what every other one is: object-%s', (kind) => {
    const [first, second] = ['cell1', 'cell2'].map((cell) =>
      JSON.stringify(policies.roles.get(`${DEPLOYMENT}-cell-${cell}-object-${kind}`)).replaceAll(cell, 'any'),
    );

    expect(first).toBe(second);
    expect(first).toContain('dynamodb:Query');
  });

  it('every request is one that IAM knows, by action, kind of resource and condition keys', async () => {
    // IAM's reference names no resource for these two, though policies may name the state machine.
    const known = noted.filter(({ request }) => !request.action.startsWith('states:SendTask'));

    const verdicts = await Promise.all(
      known.map(async ({ role, request, allowed }) => {
        const result = await runSimulation(simulationOf(policies, role, request), {});
        const verdict = result.resultType === 'error' ? result.errors.message : result.overallResult === 'Allowed';
        const ignored = result.resultType === 'single' ? (result.result.ignoredContextKeys ?? []) : [];
        return verdict === allowed && ignored.length === 0
          ? []
          : [`${lineOf({ role, ...request })}: ${String(verdict)} ${ignored.join(' ')}`];
      }),
    );

    expect(verdicts.flat()).toEqual([]);
  });
});

describe('the look at policies', () => {
  const reconciler = `${DEPLOYMENT}-reconciler`;
  const without = (action: string) => ({
    ...policies,
    roles: new Map(
      [...policies.roles].map(([role, statements]) => [
        role,
        statements.filter((statement) => role !== reconciler || !statement.Action.includes(action)),
      ]),
    ),
  });

  it('fails a call whose grant is taken out, as an account does', () => {
    const acting = new ActingRoles(without('states:StartExecution'));

    const relaunch = (): void => acting.note(reconciler, 'states:StartExecution', stateMachineArn('launch'));

    expect(relaunch).toThrow(expect.objectContaining({ name: 'AccessDeniedException' }));
    expect(acting.noted).toMatchObject([{ role: reconciler, allowed: false }]);
  });

  it('lets the object function of a cell write the usage of projects, and nothing else of that table', () => {
    const acting = new ActingRoles(policies);
    const write = (partition: string) => (): void =>
      acting.note(`${DEPLOYMENT}-cell-cell1-object-rpc`, 'dynamodb:UpdateItem', tableArn('api'), {
        'dynamodb:LeadingKeys': [partition],
      });

    expect(write('quota#any')).not.toThrow();
    expect(write('flavor#any')).toThrow('is not authorized');
  });

  it('reports a grant that nothing needs', () => {
    const granted = unused(policies, []);

    expect(granted).toContainEqual({
      role: reconciler,
      action: 'states:StartExecution',
      resource: stateMachineArn('launch'),
    });
  });

  it('reports a grant that another statement repeats', () => {
    const roles = new Map([...policies.roles].map(([role, statements]) => [role, [...statements, ...statements]]));
    const acting = new ActingRoles(policies);
    acting.note(reconciler, 'states:StartExecution', stateMachineArn('launch'));

    const twice = repeated({ ...policies, roles }, acting.noted);

    expect(twice.map(lineOf)).toContain(`${reconciler} states:StartExecution ${stateMachineArn('launch')}`);
    expect(repeated(policies, acting.noted)).toEqual([]);
  });
});
