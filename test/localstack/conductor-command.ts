import { runConductor } from '#cli/program';
import { target } from '#cli/deployment/deployment-target';
import { words } from '../cli/local-deployment.ts';

/** The command of an operator of the deployed app; answers all that it prints. */
export const commandFor =
  (endpoint: string) =>
  async (line: string): Promise<string> => {
    const lines: string[] = [];
    await runConductor(['--endpoint-url', endpoint, ...words(line)], {
      version: '0.0.0',
      print: (text) => lines.push(text),
      complain: (text) => lines.push(text),
      target,
      readFile: () => Promise.reject(new Error('no file')),
      end: () => {},
    });
    return lines.join('\n');
  };

/** What became of a server, for whoever reads why a test failed: its events, the hosts as they are, and its launch. */
export async function historyOf(endpoint: string, uuid: string): Promise<string> {
  const conductor = commandFor(endpoint);
  const launches = await conductor('execution list --workflow launch');
  const launch = new RegExp(`\\S+-${uuid}`, 'u').exec(launches)?.[0];
  const lines = [`server show ${uuid}`, 'host list', ...(launch === undefined ? [] : [`execution show ${launch}`])];
  return (await Promise.all(lines.map(conductor))).join('\n');
}
