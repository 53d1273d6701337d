import { runConductor } from '#cli/program';
import { target } from '#cli/deployment/deployment-target';
import { words } from '../cli/local-deployment.ts';

/** The command of an operator of the deployed app; answers all that it prints. */
export const commandFor =
  (endpoint: string, again: () => Promise<boolean> = async () => false) =>
  async (line: string): Promise<string> => {
    const lines: string[] = [];
    await runConductor(['--endpoint-url', endpoint, ...words(line)], {
      version: '0.0.0',
      print: (text) => lines.push(text),
      complain: (text) => lines.push(text),
      again,
      onInterrupt: () => () => undefined,
      target,
      readFile: () => Promise.reject(new Error('no file')),
      end: () => {},
    });
    return lines.join('\n');
  };
