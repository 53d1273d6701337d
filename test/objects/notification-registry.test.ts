import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isMap } from '#objects/versioned/primitive';
import { ComputeTaskPayload } from '#objects/notification/compute-task-payload';
import { ExceptionPayload } from '#objects/notification/exception-payload';
import { FlavorPayload } from '#objects/notification/flavor-payload';
import { ImageMetaPayload, ImageMetaPropsPayload } from '#objects/notification/image-meta-payload';
import { InstanceActionRebuildPayload } from '#objects/notification/instance-action-rebuild-payload';
import {
  InstanceNUMACellPayload,
  InstanceNUMATopologyPayload,
  VirtCPUTopologyPayload,
} from '#objects/notification/instance-numa-topology-payload';
import {
  InstancePCIRequestPayload,
  InstancePCIRequestsPayload,
} from '#objects/notification/instance-pci-requests-payload';
import { BlockDevicePayload, IpPayload, SharePayload } from '#objects/notification/instance-payload';
import {
  AuditPeriodPayload,
  InstanceStateUpdatePayload,
  InstanceUpdatePayload,
} from '#objects/notification/instance-update-payload';
import { RequestSpecPayload } from '#objects/notification/request-spec-payload';
import {
  CellMappingPayload,
  DestinationPayload,
  SchedulerRetriesPayload,
  ServerGroupPayload,
} from '#objects/notification/scheduling-payloads';
import { ServiceStatusPayload } from '#objects/notification/service-status-payload';
import { corpusFile, hasCorpus } from '../replay/shared-directory.ts';
import { describeField, recordedField } from './described-field.ts';

const FILE = 'object-registry.json';
const CORPUS = 'corpus-34';

const PAYLOADS = [
  AuditPeriodPayload,
  BlockDevicePayload,
  CellMappingPayload,
  ComputeTaskPayload,
  DestinationPayload,
  ExceptionPayload,
  FlavorPayload,
  ImageMetaPayload,
  ImageMetaPropsPayload,
  InstanceActionRebuildPayload,
  InstanceNUMACellPayload,
  InstanceNUMATopologyPayload,
  InstancePCIRequestPayload,
  InstancePCIRequestsPayload,
  InstanceStateUpdatePayload,
  InstanceUpdatePayload,
  IpPayload,
  RequestSpecPayload,
  SchedulerRetriesPayload,
  ServerGroupPayload,
  ServiceStatusPayload,
  SharePayload,
  VirtCPUTopologyPayload,
];

describe.runIf(hasCorpus(FILE, CORPUS))('the notification objects of Nova 34', () => {
  test.each(PAYLOADS.map((type) => [type.name, type] as const))('%s has the same version and fields', (name, type) => {
    const recorded = recordedPayload(name);

    const fields = Object.fromEntries(type.fieldList.map(([field, spec]) => [field, describeField(spec)]));

    expect({ version: type.version, fields }).toEqual(recorded);
  });
});

function recordedPayload(name: string): Record<string, unknown> {
  const file: unknown = JSON.parse(readFileSync(corpusFile(FILE, CORPUS), 'utf8'));
  const payload = entry(entry(file, 'notification_objects'), name);
  const fields = entry(payload, 'fields');
  if (!isMap(fields)) throw new Error('the registry file is not as expected');
  return {
    version: entry(payload, 'version'),
    fields: Object.fromEntries(Object.entries(fields).map(([field, spec]) => [field, recordedField(spec)])),
  };
}

const entry = (value: unknown, name: string): unknown => (isMap(value) ? value[name] : undefined);
