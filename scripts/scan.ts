import { spawnSync } from 'node:child_process';
import { globSync, rmSync } from 'node:fs';

/** Where the templates are written that are looked at. */
const OUTPUT = '.cache/scan';

/** Scanners of Python's index; exceptions stand beside their resources, as metadata. */
const SCANNERS = [
  { name: 'cfn-lint', version: '1.58.0', args: () => globSync(`${OUTPUT}/*.template.json`) },
  {
    name: 'checkov',
    version: '3.3.30',
    args: () => ['--framework', 'cloudformation', '--directory', OUTPUT, '--compact', '--quiet', '--skip-download'],
  },
] as const;

const run = (command: string, args: readonly string[]) => {
  const ran = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (ran.error !== undefined) return { ok: false, out: '', output: ran.error.message };
  return { ok: ran.status === 0, out: ran.stdout, output: ran.stdout + ran.stderr };
};

let failed = false;

function report(name: string, outcome: 'clean' | 'failed' | 'skipped', more = ''): void {
  if (outcome === 'failed') failed = true;
  console.log(`${name}: ${outcome}${more === '' ? '' : `\n${more.trimEnd()}`}`);
}

/** Runs a scanner, which uv keeps in its own cache; where the index does not answer it is left out. */
function scan({ name, version, args }: (typeof SCANNERS)[number]): void {
  const tool = ['tool', 'run', '--from', `${name}==${version}`, name];
  if (!run('uv', [...tool, '--version']).ok) return report(name, 'skipped', "uv or Python's index does not answer");
  const { ok, output } = run('uv', [...tool, ...args()]);
  report(name, ok ? 'clean' : 'failed', ok ? '' : output);
}

/** Known faults of what users of the package install; where the registry has no such service it is left out. */
function audit(): void {
  const { ok, out } = run('npm', ['audit', '--omit=dev', '--json']);
  if (!out.includes('"auditReportVersion"')) return report('npm audit', 'skipped', 'the registry does not answer');
  report('npm audit', ok ? 'clean' : 'failed', ok ? '' : out);
}

rmSync(OUTPUT, { recursive: true, force: true });
const synthesis = run('npm', ['run', '--silent', 'synth', '--', '--output', OUTPUT]);
if (synthesis.ok) for (const scanner of SCANNERS) scan(scanner);
else report('synthesis', 'failed', synthesis.output);
audit();
process.exitCode = failed ? 1 : 0;
