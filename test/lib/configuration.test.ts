import { describe, expect, it } from 'vitest';
import { nameOf, resourcesOf, templatesWith } from './synthesised.ts';

type Context = Readonly<Record<string, unknown>>;

/** What synthesis says to a context that it refuses. */
function refusal(context: Context): string {
  try {
    templatesWith(context);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error(`synthesis takes ${JSON.stringify(context)}`);
}

function variablesOf(context: Context, functionName: string): unknown {
  const functions = resourcesOf(templatesWith(context).api, 'AWS::Lambda::Function');
  return functions.find((made) => nameOf(made, 'FunctionName') === functionName)?.Properties?.['Environment'];
}

describe('synthesis refuses, by key, value and remedy,', () => {
  it.each<readonly [context: Context, says: RegExp]>([
    [{ requirePrincipals: 'nope' }, /context "requirePrincipals" is "nope": it may be true or false/u],
    [{ requirePrincipals: 'True' }, /context "requirePrincipals" is "True"/u],
    [{ requirePrincipals: 'yes' }, /context "requirePrincipals" is "yes"/u],
    [{ requirePrincipals: 1 }, /context "requirePrincipals" is 1/u],
    [{ requirePrincipals: 0 }, /context "requirePrincipals" is 0/u],
    [{ requirePrincipals: '' }, /context "requirePrincipals" is ""/u],
    [{ requirePrincipals: null }, /context "requirePrincipals" is null/u],
    [{ deployment: 7 }, /context "deployment" is 7: it may be a lower-case name of 2 to 31 characters/u],
    [{ deployment: 'X' }, /context "deployment" is "X"/u],
    [{ tracing: 'maybe' }, /context "tracing" is "maybe": it may be true or false/u],
    [{ cells: 7 }, /context "cells" is 7: it may be a list of lower-case names/u],
    [{ cells: ['cell1', 2] }, /context "cells" is \["cell1",2\]: it may be a list of lower-case names/u],
    [{ cells: 'cell1,cell1' }, /context "cells" is "cell1,cell1": name each cell once/u],
    [
      { notificationFormat: 'legacy' },
      /context "notificationFormat" is "legacy": it may be unversioned, versioned, both/u,
    ],
    [{ notifyOnStateChange: 'all' }, /context "notifyOnStateChange" is "all": it may be vm_state, vm_and_task_state/u],
    [{ serviceDownTime: 0 }, /context "serviceDownTime" is 0: it may be a whole number from 1 to /u],
    [{ serviceDownTime: '60s' }, /context "serviceDownTime" is "60s": it may be a whole number/u],
    [{ waitSeconds: 1.5 }, /context "waitSeconds" is 1.5: it may be a whole number/u],
    [{ stallSeconds: '1e9' }, /context "stallSeconds" is "1e9": it may be a whole number/u],
  ])('the context %j', (context, says) => {
    expect(refusal(context)).toMatch(says);
  });

  it.each<readonly [key: string, meant: string]>([
    ['requirePrincipal', 'requirePrincipals'],
    ['require-principals', 'requirePrincipals'],
    ['deploymnet', 'deployment'],
    ['cell', 'cells'],
    ['notifcationFormat', 'notificationFormat'],
    ['Tracing', 'tracing'],
  ])('the unknown key %s, and asks whether %s was meant', (key, meant) => {
    expect(refusal({ [key]: false })).toContain(`context "${key}" is not a key of this app: did you mean "${meant}"?`);
  });

  it('an unknown key that is like no other, and names the list of all keys', () => {
    expect(refusal({ colour: 'red' })).toMatch(/context "colour" is not a key of this app: .*docs\/configuration\.md/u);
  });

  it('all that is wrong at once', () => {
    const said = refusal({ tracing: 'maybe', deployment: 7, colour: 'red' });

    for (const key of ['tracing', 'deployment', 'colour']) expect(said).toContain(`context "${key}"`);
  });
});

describe('synthesis takes', () => {
  it.each([true, 'true'])('the check of principals on where requirePrincipals is %j', (requirePrincipals) => {
    const environment = variablesOf({ requirePrincipals }, 'nova-conductor-task-rpc');

    expect(environment).toMatchObject({ Variables: { REQUIRE_PRINCIPALS: 'true' } });
  });

  it.each([false, 'false'])('the check of principals off where requirePrincipals is %j', (requirePrincipals) => {
    const environment = variablesOf({ requirePrincipals }, 'nova-conductor-task-rpc');

    expect(environment).toMatchObject({ Variables: { REQUIRE_PRINCIPALS: 'false' } });
  });

  it('keys of CDK itself', () => {
    const own = {
      '@aws-cdk/core:anything': true,
      'aws:cdk:enable-path-metadata': true,
      'cli-telemetry': false,
      'availability-zones:account=1:region=us-east-1': ['us-east-1a'],
    };

    expect(templatesWith(own).all.size).toBeGreaterThan(0);
  });

  it('times, as numbers or as the text that the command line gives, and configures every function', () => {
    const environment = variablesOf(
      { waitSeconds: 30, stallSeconds: '900', serviceDownTime: 90 },
      'nova-conductor-launch',
    );

    expect(environment).toMatchObject({
      Variables: { WAIT_SECONDS: '30', STALL_SECONDS: '900', SERVICE_DOWN_TIME: '90' },
    });
  });

  it('a service_down_time of its own, and calls a person when the conductor queue of a cell lags that long', () => {
    const state = templatesWith({ serviceDownTime: 90 }).cellStates.get('cell1');

    state?.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'nova-conductor-cell-cell1-conductor-oldest-message',
      Threshold: 90,
    });
  });
});

describe('a deployment that believes every sender', () => {
  const open = templatesWith({ requirePrincipals: false });
  const closed = templatesWith();
  const dashboardOf = ({ api }: typeof open): string =>
    JSON.stringify(resourcesOf(api, 'AWS::CloudWatch::Dashboard').map(({ Properties }) => Properties));

  it('says so as an output of the API level and of each cell', () => {
    for (const template of [open.api, ...open.cells.values()]) {
      template.hasOutput('SenderCheck', { Value: 'OFF' });
    }
    for (const template of closed.all.values()) expect(template.findOutputs('SenderCheck')).toEqual({});
  });

  it('says so at the top of the dashboard', () => {
    expect(dashboardOf(open)).toContain('requirePrincipals is off');
    expect(dashboardOf(closed)).not.toContain('requirePrincipals');
  });
});
