import { GetFunctionUrlConfigCommand, ResourceNotFoundException, type LambdaClient } from '@aws-sdk/client-lambda';

/** The function URL by which the hosts of a cell make direct calls; undefined where none is offered. */
export async function directUrl(lambda: LambdaClient, deployment: string, cell: string): Promise<string | undefined> {
  const FunctionName = `${deployment}-cell-${cell}-object-url`;
  try {
    const { FunctionUrl } = await lambda.send(new GetFunctionUrlConfigCommand({ FunctionName, Qualifier: 'live' }));
    return FunctionUrl;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
