import { describe, expect, test } from 'vitest';

import { complaintOf, explain, placeOf, traitsOf } from '../../src/cluster/docker/engine.ts';

const machine = { platform: 'linux', kernel: '6.1.0', architecture: 'x64' };
const native = { OSType: 'linux', OperatingSystem: 'Debian 12', KernelVersion: '6.1.0', Architecture: 'x86_64' };

describe('the place of the engine', () => {
  test.each([
    ['unix:///run/other.sock', '/run/other.sock'],
    ['npipe:////./pipe/docker_engine', '//./pipe/docker_engine'],
  ])('DOCKER_HOST=%s names its socket', (asked, socketPath) => {
    expect(placeOf({ DOCKER_HOST: asked }, () => true)).toEqual({ name: asked, socketPath, remote: null });
  });

  test.each(['tcp://localhost:2375', 'tcp://127.0.0.1:2375', '127.0.0.1:2375', 'http://[::1]:2375'])(
    'DOCKER_HOST=%s is on this machine',
    (asked) => {
      expect(placeOf({ DOCKER_HOST: asked })).toEqual({ name: asked, socketPath: null, remote: null });
    },
  );

  test.each(['tcp://build.example:2376', 'ssh://me@localhost', 'tcp://localhost.example:1'])(
    'DOCKER_HOST=%s is elsewhere, where nodes can not be reached',
    (asked) => {
      expect(placeOf({ DOCKER_HOST: asked }).remote).toMatch(/another machine/);
    },
  );

  test('without DOCKER_HOST it is the first socket that exists, and the system’s when none does', () => {
    const rootless = '/run/user/1000/docker.sock';
    const environment = { XDG_RUNTIME_DIR: '/run/user/1000' };
    expect(placeOf(environment, (path) => path === rootless).socketPath).toBe(rootless);
    expect(placeOf(environment, () => true).socketPath).toBe('/var/run/docker.sock');
    expect(placeOf({ DOCKER_HOST: '' }, () => false).socketPath).toBe('/var/run/docker.sock');
  });
});

describe('what follows from the kind of engine', () => {
  test('a native one shares the kernel, and its nodes are reached directly', () => {
    expect(traitsOf(native, machine, false)).toEqual({ sameKernel: true, published: null, runsOurPrograms: true });
  });

  test.each([
    ['Docker Desktop has its own kernel', { ...native, OperatingSystem: 'Docker Desktop' }, machine, 'virtual machine'],
    ['so has any other kernel', { ...native, KernelVersion: '6.2.0' }, machine, 'another kernel'],
    ['rootless has its own network', { ...native, SecurityOptions: ['name=rootless'] }, machine, 'without root'],
    ['macOS has none of it', native, { ...machine, platform: 'darwin' }, "not darwin's"],
  ])('%s: ports are published', (_what, info, where, reason) => {
    const traits = traitsOf(info, where, false);
    expect(traits.sameKernel).toBe(false);
    expect(traits.published).toContain(reason);
  });

  test('ports are published when asked for, and faults stay as they are', () => {
    expect(traitsOf(native, machine, true)).toMatchObject({ sameKernel: true, published: 'CLEW_DOCKER_PUBLISH=1' });
  });

  test.each([
    ['another processor', machine, 'aarch64', false],
    ['the same processor by its other name', { ...machine, architecture: 'arm64' }, 'aarch64', true],
    ['another system', { ...machine, platform: 'darwin' }, 'x86_64', false],
  ])('our programs in its containers: %s', (_what, where, Architecture, runs) => {
    expect(traitsOf({ ...native, Architecture }, where, false).runsOurPrograms).toBe(runs);
  });
});

describe('an engine that can not be used', () => {
  const failing = (code: string) => Object.assign(new Error(`connect ${code} /x`), { code });

  test.each([
    ['ENOENT', /^no Docker engine answers at \/x: start it, or name another with DOCKER_HOST$/],
    ['ECONNREFUSED', /^no Docker engine answers at \/x: start it/],
    ['EACCES', /^no permission .* add yourself to the group docker/],
    ['EPIPE', /can't be used: connect EPIPE/],
  ])('%s is explained in one line', (code, expected) => {
    const line = explain('/x', failing(code));
    expect(line).toMatch(expected);
    expect(line).not.toContain('\n');
  });

  test('its own words are given without the HTTP around them', () => {
    const error = Object.assign(new Error('(HTTP code 409) conflict - the name is\n taken '), {
      json: { message: 'the name is\n taken' },
    });
    expect(complaintOf(error)).toBe('the name is taken');
    expect(complaintOf(new Error('socket hang up'))).toBe('socket hang up');
  });
});
