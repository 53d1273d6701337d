import { describe, expect, it } from 'vitest';
import { resourcesOf, templatesWith } from './synthesised.ts';

const SECRET = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:openstack-AbCdEf';

/** What unshelve's function may do and where it runs: it asks for images and networks. */
const unshelveIn = (context: Readonly<Record<string, unknown>>) => {
  const { api } = templatesWith(context);
  const policies = resourcesOf(api, 'AWS::IAM::Policy').filter(({ Properties }) =>
    JSON.stringify(Properties?.['Roles']).includes('UnshelveFunctionRole'),
  );
  const functions = resourcesOf(api, 'AWS::Lambda::Function');
  const unshelve = functions.find(({ Properties }) => Properties?.['FunctionName'] === 'nova-conductor-unshelve');
  return {
    policy: JSON.stringify(policies),
    unshelve: unshelve?.Properties,
    inSubnets: functions.filter(({ Properties }) => Properties?.['VpcConfig'] !== undefined).length,
  };
};

const CLOUD = {
  openstackServices: 'image,network',
  openstackAuthUrl: 'https://keystone.example.org/v3',
  openstackCredentialSecret: SECRET,
};

/** Functions of a template that may read a secret. */
const readers = (template: Parameters<typeof resourcesOf>[0]) =>
  resourcesOf(template, 'AWS::IAM::Policy').filter(({ Properties }) =>
    JSON.stringify(Properties).includes('secretsmanager:GetSecretValue'),
  ).length;

describe('a deployment that asks a cloud', () => {
  it('lets the functions that ask it read its credential, and no table of images or queue of networks', () => {
    const { policy, unshelve } = unshelveIn(CLOUD);

    expect(policy).toContain(`"secretsmanager:GetSecretValue","Effect":"Allow","Resource":"${SECRET}"`);
    expect(unshelve?.['Environment']).toMatchObject({
      Variables: { OPENSTACK_SERVICES: 'image,network', OPENSTACK_CREDENTIAL_SECRET: SECRET },
    });
  });

  it('runs those functions in the subnets that it names, and no other one', () => {
    const context = {
      ...CLOUD,
      openstackSubnets: 'subnet-0a1b2c3d,subnet-1a2b3c4d',
      openstackSecurityGroups: 'sg-0a1b2c3d',
    };

    const { policy, unshelve, inSubnets } = unshelveIn(context);
    const { api } = templatesWith(context);

    expect(unshelve?.['VpcConfig']).toEqual({
      SubnetIds: ['subnet-0a1b2c3d', 'subnet-1a2b3c4d'],
      SecurityGroupIds: ['sg-0a1b2c3d'],
    });
    expect(policy).toContain('ec2:CreateNetworkInterface');
    expect([readers(api), inSubnets]).toEqual([7, 7]);
  });

  it('whose Placement decides on claims: functions that claim read its credential, the cells’ too', () => {
    const named = { ...CLOUD, openstackServices: 'placement', openstackSubnets: 'subnet-0a1b2c3d' };

    const { api, cells } = templatesWith(named);
    const [cell] = cells.values();
    const { inSubnets } = unshelveIn(named);

    if (cell === undefined) throw new Error('there is no cell');
    const cellFunctions = resourcesOf(cell, 'AWS::Lambda::Function');
    expect([readers(api), readers(cell), inSubnets]).toEqual([9, 1, 9]);
    expect(cellFunctions.map(({ Properties }) => Properties?.['VpcConfig'] !== undefined)).toEqual([true]);
  });

  it('whose Placement is not named keeps the functions of cells out of its subnets', () => {
    const { cells } = templatesWith({ ...CLOUD, openstackSubnets: 'subnet-0a1b2c3d' });

    expect(JSON.stringify([...cells.values()].map((cell) => cell.toJSON()))).not.toMatch(
      /secretsmanager:GetSecretValue|VpcConfig/u,
    );
  });

  it('is none without a word of it', () => {
    const { policy, unshelve, inSubnets } = unshelveIn({});

    expect(policy).not.toMatch(/secretsmanager|ec2:/u);
    expect(JSON.stringify(unshelve?.['Environment'])).not.toContain('OPENSTACK');
    expect(inSubnets).toBe(0);
  });

  it('is refused when it is named in part', () => {
    expect(() => templatesWith({ openstackServices: 'image' })).toThrow('set openstackAuthUrl as well');
  });
});
