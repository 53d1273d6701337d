import { App } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { addDeployment } from '../../lib/deployment.ts';
import { appWith, resourcesOf, templatesWith } from './synthesised.ts';

const HOME = '111111111111';
const THEIRS = '222222222222';
const CONTEXT = { homeAccount: HOME, cellAccounts: `cell1=${THEIRS}` };
const PART = 'nova-conductor-cell-cell1-object-rpc';

const abroad = templatesWith(CONTEXT);
const usual = templatesWith({ homeAccount: HOME });

const text = (value: unknown): string => JSON.stringify(value);
const cellOf = ({ cells }: typeof abroad, cell: string) => text(cells.get(cell)?.toJSON());

describe('a cell in another account', () => {
  it('has its functions there, and all that is kept at home, where other credentials deploy nothing', () => {
    const { api, apiState, cells, cellStates } = abroad.deployment;

    const accounts = [api, apiState, ...cellStates.values(), ...cells.values()].map(({ account, stackName }) => [
      stackName,
      account,
    ]);

    expect(accounts.filter(([, account]) => account !== HOME)).toEqual([['nova-conductor-cell-cell1', THEIRS]]);
    expect(accounts).toHaveLength(7);
  });

  it('is told by the environment of its function where home is, and in which role to act there', () => {
    abroad.cells.get('cell1')?.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: PART,
      Environment: {
        Variables: {
          HOME_ROLE_ARN: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:iam::${HOME}:role/${PART}`]] },
          MESSAGE_BUCKET: `nova-conductor-messages-${HOME}`,
        },
      },
    });
    const template = cellOf(abroad, 'cell1');
    expect(template).toContain(`:${HOME}:stateMachine:`);
    expect(template).toContain(`/${HOME}/`);
    expect(template).not.toMatch(/AWS::AccountId|ROLE_ID/u);
  });

  it('calls a person by the topic at home, on guests too, which are counted where the function runs', () => {
    const made = [...abroad.cells].flatMap(([cell, template]) =>
      cell === 'cell1' ? resourcesOf(template, 'AWS::CloudWatch::Alarm') : [],
    );

    expect(made.map(({ Properties }) => Properties?.['AlarmName'])).toEqual([
      `${PART}-throttled`,
      `${PART}-errors`,
      'nova-conductor-cell-cell1-given-up-calls',
      'nova-conductor-cell-cell1-second-guests',
    ]);
    for (const { Properties } of made)
      expect(text(Properties?.['AlarmActions'])).toContain(`:${HOME}:nova-conductor-alarms`);
  });

  it('may have its alarms published at home, and those of no other account', () => {
    abroad.apiState.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: { Statement: [{}, { Condition: { StringEquals: { 'aws:SourceAccount': [HOME, THEIRS] } } }] },
    });
  });

  it('changes nothing for the others', () => {
    expect(cellOf(abroad, 'cell2')).toBe(cellOf(usual, 'cell2'));
    expect(text(abroad.api.toJSON())).toBe(text(usual.api.toJSON()));
    expect(text(abroad.cellStates.get('cell2')?.toJSON())).toBe(text(usual.cellStates.get('cell2')?.toJSON()));
  });

  it('leaves nothing to cdk-nag that is not acknowledged, and nobody is warned', { timeout: 120_000 }, () => {
    const app = appWith(CONTEXT);
    const { api } = addDeployment(app);

    expect(() => app.synth()).not.toThrow();
    expect(Annotations.fromStack(api).findWarning('*', Match.anyValue())).toEqual([]);
  });
});

describe('synthesis refuses', () => {
  const given = { cells: 'cell1,cell2', ...CONTEXT };

  it.each<readonly [title: string, context: Readonly<Record<string, unknown>>, says: RegExp]>([
    [
      'a cell that is none',
      { cellAccounts: `cell3=${THEIRS}` },
      /cell3 is no cell of the context: it may be cell1, cell2/u,
    ],
    ['an account of another form', { cellAccounts: 'cell1=22' }, /it may be a list like cell1=222222222222/u],
    ['the account of the deployment', { cellAccounts: `cell1=${HOME}` }, /cell1 has the account of the deployment/u],
    ['two accounts of a cell', { cellAccounts: `cell1=${THEIRS},cell1=333333333333` }, /name each cell once/u],
    ['accounts without that of the deployment', { homeAccount: null }, /name the account of the deployment/u],
    ['direct calls to another account', { directCalls: true }, /direct calls are not served from another account/u],
    ['subnets for another account', { openstackSubnets: 'subnet-0a1b2c3d' }, /subnets of one account are in no other/u],
  ])('%s', (_title, context, says) => {
    const app = new App({ context: { ...given, 'aws:cdk:bundling-stacks': [], ...context } });

    expect(() => addDeployment(app)).toThrow(says);
  });
});
