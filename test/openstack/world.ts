import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHttpService } from '../fixtures/endpoints/http-service.ts';
import { textOf } from '#wire/reading';
import { ask, tokenOf } from './api.ts';
import { addBridge } from './bridges.ts';
import { NAMES, type Name, type Ports } from './configuration.ts';
import { installServices } from './install.ts';
import { freePort } from '#local/emulation/loopback-server';
import { startService, type RunningService } from './process.ts';
import { copyTemplate, templateData, writeConfiguration } from './templates.ts';

/** Hosts whose ports are bound and whose devices are known. */
export const HOSTS = ['host1', 'host2', 'host3'];

/** OpenStack services that run on the loopback. */
export interface OpenStackWorld {
  readonly ports: Ports;
  /** Keystone’s address, with its version. */
  readonly authUrl: string;
  /** The address of a service, without a path. */
  url(name: Name): string;
  /** A token of one of the users. */
  token(user: string, project: string): Promise<string>;
  stop(): Promise<void>;
}

/** Why no services run, or what makes them run. */
export type Available = { readonly skipped: string } | { readonly start: () => Promise<OpenStackWorld> };

/** Installs the services and makes their templates, each once. */
export async function openstack(): Promise<Available> {
  const installed = await installServices();
  if ('skipped' in installed) return installed;
  const template = await templateData(installed.venv);
  return { start: () => startAnyhow(installed.venv, template) };
}

/** A port that was free may be somebody’s connection when its service is ready to listen: then others are taken. */
async function startAnyhow(venv: string, template: string, tries = 3): Promise<OpenStackWorld> {
  try {
    return await startWorld(venv, template);
  } catch (error) {
    if (tries === 1 || !/address already in use/iu.test(String(error))) throw error;
    return startAnyhow(venv, template, tries - 1);
  }
}

async function startWorld(venv: string, template: string): Promise<OpenStackWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'openstack-'));
  const compute = await startHttpService(({ method, body, path }) =>
    method === 'POST'
      ? { status: 200, body: completedEvents(body) }
      : { status: path.includes('os-volume_attachments') ? 404 : 200, body: {} },
  );
  const entries = await Promise.all(NAMES.map(async (name) => [name, await freePort()] as const));
  const found = Object.fromEntries(entries);
  const port = (name: Name): number => found[name] ?? 0;
  const ports: Ports = {
    keystone: port('keystone'),
    placement: port('placement'),
    glance: port('glance'),
    neutron: port('neutron'),
    cinder: port('cinder'),
    cyborg: port('cyborg'),
    compute: Number(new URL(compute.url).port),
  };
  mkdirSync(join(folder, 'data'), { recursive: true });
  copyTemplate(template, join(folder, 'data'), ports);
  writeConfiguration(folder, venv, ports);
  const running: RunningService[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((service) => service.stop()));
    await compute.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const start = async (name: Exclude<Name, 'compute'>): Promise<void> => {
    running.push(await startService(name, { folder, venv, port: ports[name] }));
  };
  const authUrl = `http://127.0.0.1:${ports.keystone}/v3`;
  const world: OpenStackWorld = {
    ports,
    authUrl,
    url: (name) => `http://127.0.0.1:${ports[name]}`,
    token: (user, project) => tokenOf(authUrl, user, project),
    stop,
  };
  const started = await Promise.allSettled(
    (['keystone', 'placement', 'glance', 'neutron', 'cinder'] as const).map(start),
  );
  try {
    for (const one of started) if (one.status === 'rejected') throw one.reason;
    await addProviders(world);
    await start('cyborg');
    return world;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Providers of three hosts, as their computes make them, and of their bridges: Cyborg’s agent waits for that of its host. */
async function addProviders(world: OpenStackWorld): Promise<void> {
  const token = await world.token('nova', 'service');
  const headers = { 'openstack-api-version': 'placement 1.36' };
  for (const name of HOSTS) {
    const url = `${world.url('placement')}/resource_providers`;
    const { uuid } = await ask({ url, method: 'POST', token, headers, body: { name } });
    await addBridge(world.url('placement'), token, name, textOf(uuid) ?? '');
  }
}

/** What a compute API answers to external events. */
function completedEvents(body: unknown) {
  const events = typeof body === 'object' && body !== null && 'events' in body ? body.events : [];
  const list: unknown[] = Array.isArray(events) ? events : [];
  return { events: list.map(() => ({ status: 'completed', code: 200 })) };
}
