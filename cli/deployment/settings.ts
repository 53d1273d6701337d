import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { FUNCTION_OPTIONS } from '#configuration/options';
import { readEnvironment } from '#configuration/read';
import { configurationOf, DEFAULTS, type Configuration } from '#ports/configuration';
import { CommandFailure } from './failure.ts';
import type { Place } from './place.ts';

/** The function whose settings are read: every function of a deployment has the same. */
const ASKED = 'reconciler';

/**
 * What the functions of a deployment were deployed with, read from one of them, so that the command judges hosts as
 * they do. A local world knows it by itself.
 *
 * @throws CommandFailure when the function cannot be read
 */
export function settingsOf(place: Place, client: LambdaClient): () => Promise<Configuration> {
  let known: Promise<Configuration> | undefined;
  return () => (known ??= read(place, client));
}

async function read({ deployment, serviceDownTime }: Place, client: LambdaClient): Promise<Configuration> {
  if (serviceDownTime !== undefined) return { ...DEFAULTS, deployment, serviceDownTime };
  const name = `${deployment}-${ASKED}`;
  try {
    const { Environment } = await client.send(
      new GetFunctionConfigurationCommand({ FunctionName: name, Qualifier: 'live' }),
    );
    return { ...configurationOf(readEnvironment(FUNCTION_OPTIONS, Environment?.Variables ?? {})), deployment };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`the settings of the deployment cannot be read from the function ${name}: ${why}`);
  }
}
