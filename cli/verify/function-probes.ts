import {
  CreateFunctionCommand,
  CreateFunctionUrlConfigCommand,
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { AssumptionId } from './assumptions.ts';
import { endOf, probedMachine, ROLE_SECONDS } from './execution-probes.ts';
import { oneFileZip } from './one-file-zip.ts';
import { probedRole } from './probed-role.ts';
import { errorNameOf, once, type Probe, type Probing } from './probing.ts';
import { signedHeaders, type Credentials } from '#adapters/function-url/signature';

/** Waits, throws, or answers who called. */
const CODE = `export const handler = async (event) => {
  if (event.wait) await new Promise((resolve) => setTimeout(resolve, event.wait));
  if (event.fail) throw Object.assign(new Error('as asked'), { name: 'ProbeFailed' });
  return event.requestContext?.authorizer?.iam ?? {};
};
`;

async function probedFunction(on: Probing): Promise<string> {
  const { lambda } = on.clients;
  const FunctionName = on.name('function');
  const Role = await probedRole(on, 'function-role', { Service: 'lambda.amazonaws.com' }, []);
  const { FunctionArn = '' } = await on.make(
    `function ${FunctionName}`,
    () =>
      on.patiently('the function', ROLE_SECONDS, () =>
        lambda.send(
          new CreateFunctionCommand({
            FunctionName,
            Role,
            Runtime: 'nodejs22.x',
            Handler: 'index.handler',
            Timeout: 1,
            Code: { ZipFile: oneFileZip('index.mjs', CODE) },
          }),
        ),
      ),
    () => lambda.send(new DeleteFunctionCommand({ FunctionName })),
  );
  await on.eventually('the function', 60, async () => {
    const { State } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    return State === 'Pending' ? undefined : (State ?? 'Active');
  });
  return FunctionArn;
}

/** A machine that calls the function and ends with the name of the error that it caught. */
async function catchingMachine(on: Probing, functionArn: string): Promise<string> {
  const grants = [{ Action: 'lambda:InvokeFunction', Resource: functionArn }];
  const role = await probedRole(on, 'caller', { Service: 'states.amazonaws.com' }, grants);
  return probedMachine(on, 'catching', role, {
    Type: 'Task',
    Resource: `arn:${on.options.partition}:states:::lambda:invoke`,
    Arguments: { FunctionName: functionArn, Payload: '{% $states.input %}' },
    Output: '{% "none" %}',
    Catch: [{ ErrorEquals: ['States.ALL'], Output: '{% $states.errorOutput.Error %}', Next: 'Caught' }],
  });
}

type Own = Extract<AssumptionId, `lambda-${string}`>;

/** What is assumed of Lambda, and of how Step Functions names what becomes of it. */
export function functionProbes(on: Probing): Readonly<Record<Own, Probe>> {
  const { lambda, sfn, sts } = on.clients;
  const called = once(() => probedFunction(on));
  const catching = once(async () => catchingMachine(on, await called()));
  const url = once(async () => {
    const FunctionName = await called();
    const { FunctionUrl = '' } = await lambda.send(
      new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'AWS_IAM' }),
    );
    return new URL(FunctionUrl);
  });
  /** What a machine catches of a call; a role that is not known yet is one of the things that it may catch. */
  const caught = (input: object, expected: string) =>
    on
      .eventually('the error', ROLE_SECONDS, async () => {
        const stateMachineArn = await catching();
        const { executionArn = '' } = await sfn.send(
          new StartExecutionCommand({ stateMachineArn, input: JSON.stringify(input) }),
        );
        const { output } = await endOf(on, executionArn);
        return output.includes('AccessDenied') ? undefined : output;
      })
      .then((output) => ({ holds: output === JSON.stringify(expected), observed: output }));
  const ask = async (credentials: Credentials) => {
    const target = await url();
    const signing = { url: target, region: on.options.region, credentials, now: on.options.clock.now() };
    const answer = await fetch(target, { headers: signedHeaders(signing) });
    return { status: answer.status, body: await answer.text() };
  };
  const byUrlAlone = once(() => urlCaller(on, called));

  return {
    'lambda-error-name': () => caught({ fail: true }, 'ProbeFailed'),
    'lambda-time-out-name': () => caught({ wait: 5000 }, 'Sandbox.Timedout'),
    'lambda-url-identity': async () => {
      const { Arn, UserId } = await sts.send(new GetCallerIdentityCommand({}));
      const own = await lambda.config.credentials();
      const observed = await on.patiently('an answer', ROLE_SECONDS, () => ask(own));
      const userId = /"userId":"(?<id>[^"]*)"/u.exec(observed.body)?.groups?.['id'];
      const arn = /"userArn":"(?<arn>[^"]*)"/u.exec(observed.body)?.groups?.['arn'];
      return { holds: userId === UserId && arn === Arn, observed };
    },
    'lambda-url-only': async () => {
      const credentials = await byUrlAlone();
      const byUrl = await on.eventually('an answer', ROLE_SECONDS, async () => {
        const answer = await ask(credentials);
        return answer.status === 200 ? answer : undefined;
      });
      const client = new LambdaClient({ ...on.options.at, region: on.options.region, credentials });
      const direct = await errorNameOf(client.send(new InvokeCommand({ FunctionName: await called() })));
      client.destroy();
      return { holds: direct === 'AccessDeniedException', observed: { byUrl, direct } };
    },
    'lambda-throttle-name': async () => {
      const FunctionName = await called();
      await lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }));
      return caught({}, 'Lambda.TooManyRequestsException');
    },
  };
}

/** A session of a role that may reach the function by its URL alone. */
async function urlCaller(probing: Probing, target: () => Promise<string>): Promise<Credentials> {
  const { account, partition } = probing.options;
  const RoleArn = await probedRole(probing, 'url-caller', { AWS: `arn:${partition}:iam::${account}:root` }, [
    { Action: 'lambda:InvokeFunctionUrl', Resource: await target() },
    {
      Action: 'lambda:InvokeFunction',
      Resource: await target(),
      Condition: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } },
    },
  ]);
  const { sts } = probing.clients;
  const { Credentials } = await probing.patiently('a session of the role', ROLE_SECONDS, () =>
    sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'probe' })),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken } = Credentials ?? {};
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
  };
}
