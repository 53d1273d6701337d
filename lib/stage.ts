import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ConfigurationInvalid } from '#configuration/read';

/** Folder of the stages' files, and the file that CDK takes its context from. */
export interface StageFiles {
  readonly stages: string;
  readonly cdk: string;
}

const FILES: StageFiles = { stages: 'stages', cdk: 'cdk.json' };

type Context = Readonly<Record<string, unknown>>;

/**
 * The context with what the file of its stage says. CDK hands the context of its file and of the command line over as
 * one: what is not as the file has it was said on the command line, and holds before the stage.
 *
 * @throws ConfigurationInvalid when the stage has no file, or one that is no JSON object
 */
export function withStage(context: Context, files: StageFiles = FILES): Context {
  const { stage } = context;
  // Anything else is found by the check of the whole context.
  if (typeof stage !== 'string' || !/^[a-z][a-z0-9-]*$/u.test(stage)) return context;
  const own = readStage(stage, files.stages);
  const written = mapOf(read(files.cdk)['context']);
  const said = Object.entries(context).filter(
    ([key, value]) => !(key in own) || !isDeepStrictEqual(value, written[key]),
  );
  return { ...own, ...Object.fromEntries(said) };
}

function readStage(stage: string, folder: string): Context {
  const names = readdirSync(folder, { withFileTypes: true }).filter((each) => each.isFile());
  const stages = names.map(({ name }) => name.replace(/\.json$/u, ''));
  const path = join(folder, `${stage}.json`);
  if (!stages.includes(stage))
    throw new ConfigurationInvalid(
      `context "stage" is "${stage}": there is no ${path}; there are ${stages.join(', ')}`,
    );
  return read(path);
}

function read(path: string): Context {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return mapOf(parsed);
  } catch (error) {
    throw new ConfigurationInvalid(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const mapOf = (value: unknown): Context =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
