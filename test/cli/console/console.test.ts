import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { randomIds } from '#adapters/system/ids';
import { SystemClock } from '#adapters/system/clock';
import { ConductorClient } from '#client';
import { buildCommand } from '#local/demo/requests';
import { localDeployment, type LocalDeployment } from '../local-deployment.ts';
import { serveConsole, type Response, type ServedConsole } from './served-console.ts';

const TINY = { id: 1, name: 'm1.tiny', vcpus: 1, memoryMb: 512, rootGb: 1 };

const dataOf = ({ text }: Response): unknown => {
  const data: unknown = JSON.parse(text);
  return data;
};

describe('the console of a local world', { timeout: 90_000 }, () => {
  let local: LocalDeployment;
  let served: ServedConsole;
  let mine: Readonly<Record<string, string>>;
  let uuid = '';
  const get = (path: string): Promise<Response> => served.send('GET', path, mine);

  beforeAll(async () => {
    local = await localDeployment();
    served = await serveConsole(local, '--allow-changes');
    mine = await served.enter();
    const ends = { ids: randomIds, clock: new SystemClock() };
    const { context, args, uuids } = buildCommand(ends, { names: ['web'], flavor: TINY, project: 'p' });
    uuid = uuids[0] ?? '';
    const client = new ConductorClient({ bus: local.world.bus, ...ends });
    await client.scheduleAndBuildInstances(context, { ...args, admin_password: 'correct-horse' });
    await vi.waitUntil(async () => (await get(`/api/servers/${uuid}`)).text.includes('"active"'), 60_000);
  }, 90_000);
  afterAll(async () => {
    await served.end();
    await local.stop();
  });

  it('is served on the loopback, page and all, and nothing of it is kept or comes from elsewhere', async () => {
    const page = await served.send('GET', '/');
    const script = await served.send('GET', '/page.js');
    const style = await served.send('GET', '/page.css');

    expect(served.url.hostname).toBe('127.0.0.1');
    expect([page.status, script.status, style.status]).toEqual([200, 200, 200]);
    expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'content-type': 'text/html; charset=utf-8' });
    expect(page.text + style.text).not.toMatch(/https?:/u);
    expect(script.text.length + style.text.length).toBeLessThan(150_000);
  });

  it('says which port is in use, and what to do', async () => {
    const ran = await local.conductor(`console --port ${served.url.port}`);

    expect(ran).toMatchObject({
      exitCode: 1,
      err: `conductor: --port ${served.url.port} is in use: choose another, or leave the option out for a free one`,
    });
  });

  it('gives the session for the token once, in a cookie that scripts and other sites do not have', async () => {
    const other = await serveConsole(local);
    const headers = { origin: other.url.origin, 'content-type': 'application/json' };
    const token = other.url.hash.replace('#token=', '');
    const wrong = await other.send('POST', '/session', headers, { token: 'guess' });
    const first = await other.send('POST', '/session', headers, { token });
    const second = await other.send('POST', '/session', headers, { token });
    await other.end();

    expect([wrong.status, first.status, second.status]).toEqual([401, 200, 401]);
    expect(first.headers['set-cookie']).toEqual([
      expect.stringMatching(/=.{40,}; HttpOnly; SameSite=Strict; Path=\/$/u),
    ]);
  });

  it('answers nobody without the session, and nobody who calls it by another name', async () => {
    const stranger = await served.send('GET', '/api/hosts');
    const rebound = await served.send('GET', '/api/hosts', { ...mine, host: 'evil.example' });

    expect([stranger.status, rebound.status]).toEqual([401, 421]);
    expect(stranger.text + rebound.text).not.toContain('host1');
  });

  it('answers what the subcommands answer', async () => {
    const hosts = await get('/api/hosts');
    const listed = await local.conductor('--json cell list');
    const host = await get('/api/hosts/host1');
    const intakes = await get('/api/intakes');
    const servers = await get('/api/servers?name=WE&state=active');
    const executions = await get('/api/executions');
    const waiting = await get('/api/waiting');

    expect(dataOf(hosts)).toMatchObject([
      { host: 'host1', service: 'up' },
      { host: 'host2', service: 'up' },
    ]);
    expect(listed.exitCode).toBe(0);
    expect(dataOf(host)).toMatchObject({ host: 'host1', resources: [{ capacity: { VCPU: expect.any(Number) } }] });
    expect(intakes.text).toContain('compute-task');
    expect(dataOf(servers)).toMatchObject([{ uuid, vmState: 'active' }]);
    expect(dataOf(executions)).toMatchObject([{ workflow: 'launch', status: 'SUCCEEDED' }]);
    expect(waiting.status).toBe(200);
  });

  it('shows where an execution stands on its machine, without what went in and came out', async () => {
    const listed = dataOf(await get('/api/executions'));
    const [{ workflow, name }] = Array.isArray(listed) ? listed : [];
    const course = await get(`/api/executions/${workflow}/${name}`);

    expect(dataOf(course)).toMatchObject({ workflow, name, states: expect.any(Array), visits: expect.any(Array) });
    expect(course.text).not.toMatch(/"(?:input|output)"/u);
  });

  it('answers what a subcommand refuses as an error of HTTP', async () => {
    const missing = await get('/api/hosts/nope');
    const misunderstood = await get('/api/servers?state=nope');
    const nothing = await get('/api/nothing');

    expect([missing.status, misunderstood.status, nothing.status]).toEqual([404, 400, 404]);
    expect(dataOf(missing)).toMatchObject({ error: { message: expect.stringContaining('there is no host nope') } });
  });

  it('audits, shows what a heal would do, and heals', async () => {
    const findings = await get('/api/findings');
    const outcomes = await get('/api/findings/outcomes');
    const healed = await served.send('POST', '/api/findings/heal', mine, {});

    expect([findings, outcomes, healed].map(({ status }) => status)).toEqual([200, 200, 200]);
    expect([findings, outcomes, healed].map(dataOf)).toEqual([[], [], []]);
  });

  it('shows a dead letter with its reason and without its content, and sends it back', async () => {
    await local.target(true).queueAdmin.send('compute-task-dlq', '"correct-horse"', { reason: 'MalformedMessage' });
    const letters = await get('/api/dead-letters/compute-task');
    const listed = dataOf(letters);
    const [{ id }] = Array.isArray(listed) ? listed : [];
    const redriven = await served.send('POST', '/api/dead-letters/compute-task/redrive', mine, { ids: [id] });
    const unnamed = await served.send('POST', '/api/dead-letters/compute-task/redrive', mine, {});

    expect(listed).toMatchObject([{ reason: 'MalformedMessage', method: null }]);
    expect(letters.text).not.toContain('correct-horse');
    expect(dataOf(redriven)).toEqual({ queue: 'compute-task', redriven: [id] });
    expect(unnamed.status).toBe(400);
  });

  it('holds no secret in anything that it is asked for', async () => {
    const paths = ['servers', `servers/${uuid}`, 'executions', 'hosts', 'intakes', 'dead-letters', 'about', 'findings'];
    const texts = await Promise.all(paths.map(async (path) => (await get(`/api/${path}`)).text));

    expect(texts.join()).not.toMatch(/correct-horse|secretAccessKey|databaseConnection|transportUrl/u);
    expect(texts.join()).not.toContain(served.url.hash.replace('#token=', ''));
  });

  it('changes nothing unless it was allowed to', async () => {
    const reading = await serveConsole(local);
    const session = await reading.enter();
    const heal = await reading.send('POST', '/api/findings/heal', session, {});
    const read = await reading.send('GET', '/api/about', session);
    await reading.end();

    expect(heal.status).toBe(403);
    expect(dataOf(read)).toMatchObject({ changes: false, deployment: 'nova-conductor' });
  });
});
