#!/usr/bin/env node
// A stand-in for the claude CLI: it speaks stream-json and does at once what the prompt tells it ("STUB:<command> <argument>", see `commands`).
// Any other prompt is echoed. STUB_START=<behaviour> changes how it starts: exit, silent, refuse, deaf, stubborn, die-warming, die-idle, stray.
// STUB_RESUME=exit: it resumes nothing. STUB_CLEAR=<behaviour> changes what /clear does: keep, same-id, no-reset, prompt.
// STUB_IDLE_WORK=<file>: the first process that is warmed up works without a prompt, and makes the file.
import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const argv = process.argv.slice(2);
const flag = (name) => argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
if (argv.includes('--version')) {
  console.log('2.1.330 (Claude Code stub)');
  process.exit(0);
}

const FOREVER = 2 ** 31 - 1;
const start = process.env.STUB_START;
const sessions = join(process.env.STUB_HOME ?? '/tmp', 'sessions');
const settings = { model: flag('model'), effort: flag('effort'), mode: flag('permission-mode') ?? 'default' };
let session = { id: flag('session-id') ?? flag('resume') ?? randomUUID(), prompts: [], usd: 0, input: 0, output: 0 };
let initialized = {};
let stubborn = start === 'stubborn';
let inputClosed = false;
let turn = null;
let late = false;
const queue = [];
const answers = new Map();

const file = (id) => join(sessions, `${id}.json`);
const save = () => writeFileSync(file(session.id), JSON.stringify(session));

// Synchronous, so that a line is out before whatever comes next, a sudden death included.
function raw(bytes) {
  let rest = Buffer.from(bytes);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (e) {
      if (e.code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      else process.exit(1);
    }
  }
}
const emit = (line, edit = (json) => json) => raw(edit(JSON.stringify({ ...line, session_id: session.id, uuid: randomUUID() })) + '\n');
const stream = (event) => emit({ type: 'stream_event', event, parent_tool_use_id: null });
const system = (subtype, more = {}) => emit({ type: 'system', subtype, ...more });
const model = () => settings.model ?? 'stub-model';
const usage = () => ({
  [model()]: { inputTokens: session.input, outputTokens: session.output, cacheReadInputTokens: 0, cacheCreationInputTokens: 0, costUSD: session.usd },
});

function spend(usd = 0.0008) {
  session.usd += usd;
  session.input += 100;
  session.output += 20;
}

function assistant(...content) {
  emit({ type: 'assistant', message: { id: randomUUID(), role: 'assistant', model: model(), content }, parent_tool_use_id: null });
}

function say(text) {
  stream({ type: 'message_start', message: {} });
  stream({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });
  assistant({ type: 'text', text });
  spend();
  stream({ type: 'message_stop' });
}

function result(more = {}, edit = undefined) {
  if (turn) save();
  emit({
    type: 'result', subtype: 'success', is_error: false, num_turns: 1, duration_ms: 7, terminal_reason: 'completed', result: '',
    total_cost_usd: session.usd, modelUsage: usage(), permission_denials: [], api_error_status: null, ...more,
  }, edit);
}

function answer(text, more = {}) {
  say(text);
  result({ result: text, ...more });
}

// A wait that an interrupt ends. A longer timer than FOREVER would fire at once.
const pause = (ms) => sleep(Math.min(ms, FOREVER), undefined, { signal: turn.abort.signal });

const grandchildren = () => {
  for (let i = 0; i < 2; i++) spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }).unref();
};

const commands = {
  async sleep(ms) { await pause(Number(ms)); answer(`slept ${ms}`); },
  async until(name) {
    while (!existsSync(name)) await pause(20);
    answer(`saw ${name}`);
  },
  async deltas(argument) {
    const [count, ms] = argument.split(' ').map(Number);
    for (let i = 0; i < count; i++) {
      stream({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: `${i} ` } });
      await pause(ms);
    }
    answer('deltas');
  },
  history: () => answer(JSON.stringify(session.prompts.slice(0, -1))),
  settings: () => answer(JSON.stringify(settings)),
  'system-prompt': () => answer(JSON.stringify(initialized.appendSystemPrompt ?? null)),
  snapshot: () => answer(JSON.stringify(initialized.systemPromptSnapshot ?? null)),
  argv: () => answer(JSON.stringify(argv)),
  env: (name) => answer(JSON.stringify(process.env[name] ?? null)),
  'client-composed': () => answer(JSON.stringify(turn.message.client_composed ?? null)),
  write(argument) {
    const [name, ...text] = argument.split(' ');
    writeFileSync(name, text.join(' '));
    answer(`wrote ${name}`);
  },
  structured: (value) => { say(value); result({ structured_output: JSON.parse(value) }); },
  // A number that JavaScript does not have.
  'huge-number'() { say('huge'); result({ structured_output: { n: 'HUGE' } }, (json) => json.replace('"HUGE"', '1e20000')); },
  tool() {
    assistant({ type: 'tool_use', id: 'tool-1', name: 'Bash', input: { command: 'true' } });
    emit({ type: 'user', message: { content: [{ type: 'tool_result', tool_use_id: 'tool-1', content: [{ type: 'text', text: 'done' }], is_error: true }] } });
    answer('used a tool');
  },
  async 'ask-permission'() {
    const id = randomUUID();
    const permission = new Promise((resolve) => answers.set(id, resolve));
    emit({ type: 'control_request', request_id: id, request: { subtype: 'can_use_tool', tool_name: 'Bash', input: {} } });
    answer((await permission).response.behavior);
  },
  async 'die-after'(ms) { await pause(Number(ms)); say('last words'); process.exit(1); },
  // The first process that gets these words does what they say; any later one only answers.
  once(words) {
    const mark = join(sessions, createHash('sha256').update(words).digest('hex'));
    if (existsSync(mark)) return answer('not again');
    writeFileSync(mark, '');
    const [, name, argument] = /^(\S+) ?(.*)$/s.exec(words);
    return commands[name](argument);
  },
  'die-mid-line'() { raw('{"type":"assistant","mess'); process.exit(1); },
  exit(code) { process.stderr.write('stub exits\n'); process.exit(Number(code)); },
  'stderr-flood'(kilobytes) {
    process.stderr.write('x'.repeat(Number(kilobytes) * 1024) + '\nthe end', () => process.exit(1));
    return sleep(FOREVER);
  },
  'close-stdout'() { closeSync(1); return sleep(FOREVER); },
  async silence() { say('before the silence'); await pause(FOREVER); },
  'no-first-byte': () => pause(FOREVER),
  async 'ignore-signals'() { stubborn = true; say('ignoring'); await sleep(FOREVER); },
  grandchildren() { grandchildren(); answer('started grandchildren'); },
  // Adopted by init, in a session of its own, without an environment; answers with its pid.
  hidden() {
    const script = 'sleep 1000 > /dev/null 2>&1 & echo $!';
    answer(spawnSync('/usr/bin/setsid', ['/bin/sh', '-c', script], { env: {} }).stdout.toString().trim());
  },
  async 'grandchildren-hang'() { grandchildren(); stubborn = true; say('hanging'); await sleep(FOREVER); },
  async 'grandchildren-exit'() { spawn('sleep', ['1000'], { detached: true, stdio: 'inherit' }).unref(); process.exit(1); },
  big: (megabytes) => answer('x'.repeat(Number(megabytes) * 1024 * 1024)),
  async 'split-utf8'(text) {
    const bytes = Buffer.from(JSON.stringify({ type: 'assistant', message: { content: [{ type: 'text', text }] } }) + '\n');
    for (const byte of bytes) { raw([byte]); if (byte > 127) await sleep(1); }
    answer(text);
  },
  noise() {
    raw('this is not JSON\n\n[1,2]\n"text"\nnull\n{"type":"never_heard_of","x":1}\n{"no":"type"}\n{"type":"system"}\n{"type":"assistant","message":null}\n\u0000\n{"type":\n');
    answer('after the noise');
  },
  error(status) { result({ is_error: true, api_error_status: Number(status), terminal_reason: 'api_error', result: `API Error: ${status}` }); },
  fail(subtype) { result({ subtype, is_error: true, terminal_reason: null, errors: [`stub ${subtype}`] }); },
  ended(reason) { answer('partly', { terminal_reason: reason }); },
  blank: () => result({ num_turns: 0 }),
  // Works on after the retry where it is told for how long.
  async retry(argument) {
    const [error, ms, more] = argument.split(' ');
    system('api_retry', { attempt: 1, max_retries: 10, retry_delay_ms: Number(ms), error_status: null, error });
    await pause(Number(ms) + Number(more ?? 0));
    answer('after the retry');
  },
  // Until then.
  limit(epochSeconds) {
    if (Date.now() >= Number(epochSeconds) * 1000) return answer('within the limit again');
    emit({ type: 'rate_limit_event', rate_limit_info: { status: 'rejected', resetsAt: Number(epochSeconds) } });
    commands.error(429);
  },
  async spend(argument) {
    const [usd, ms] = argument.split(' ').map(Number);
    spend(usd);
    assistant({ type: 'tool_use', id: 'tool-1', name: 'Bash', input: {} });
    stream({ type: 'message_stop' });
    await pause(ms);
    answer('spent');
  },
  // Spends without end, and does not say how much.
  async spree(usage) {
    turn.usage = usage;
    for (;;) {
      spend(1);
      assistant({ type: 'tool_use', id: 'tool-1', name: 'Bash', input: {} });
      stream({ type: 'message_stop' });
      await pause(20);
    }
  },
  // Answers, and works again that long after its turn, as a scheduled task or a finished background job makes the real one do.
  async 'work-later'(argument) {
    const [usd, ms] = argument.split(' ').map(Number);
    answer('works later');
    setTimeout(() => workAlone(usd), ms);
  },
  values: (count) => { say('values'); result({ structured_output: 'VALUES' }, (json) => json.replace('"VALUES"', '[' + '1,'.repeat(count) + '1]')); },
  // A line just as it is written here; # stands for so many brackets.
  async line(argument) {
    raw(argument.replace(/\[#(\d+)\]/, (_, depth) => '['.repeat(depth) + ']'.repeat(depth)) + '\n');
    await pause(50);
    answer('after the line');
  },
  // A result with other values than it should have.
  'wrong-result': (more) => { say('wrong'); raw(JSON.stringify({ type: 'result', subtype: 'success', is_error: false, num_turns: 1, total_cost_usd: session.usd, session_id: session.id, ...JSON.parse(more) }) + '\n'); },
  'deep-result'(depth) { say('deep'); result({ structured_output: 'DEEP' }, (json) => json.replace('"DEEP"', '['.repeat(depth) + ']'.repeat(depth))); },
  // Its result is sent for a second time at the next prompt.
  'late-result'() { late = true; answer('the first'); },
  background() {
    result({ result: 'of background work', origin: { kind: 'task-notification' } });
    answer('of the prompt');
  },
};

function workAlone(usd) {
  system('init', { model: model(), permissionMode: settings.mode });
  assistant({ type: 'text', text: 'nobody asked' });
  spend(usd);
  stream({ type: 'message_stop' });
  result({ result: 'nobody asked', origin: { kind: 'task-notification' } });
}

function clear() {
  const how = process.env.STUB_CLEAR;
  if (how === 'prompt') return answer('not cleared');
  if (how !== 'keep' && how !== 'no-reset') emit({ type: 'conversation_reset', new_conversation_id: randomUUID(), trigger: 'clear' });
  if (how === 'no-reset') session = { ...session, id: randomUUID() };
  else if (how !== 'keep') session = { id: how === 'same-id' ? session.id : randomUUID(), prompts: [], usd: 0, input: 0, output: 0 };
  result({ num_turns: 0, terminal_reason: undefined });
}

async function run(message) {
  const text = message.message.content;
  if (late) {
    late = false;
    result({ num_turns: 0, total_cost_usd: 0 });
  }
  system('init', { model: model(), permissionMode: settings.mode });
  system('status', { status: 'requesting' });
  if (text === '/clear' && !message.client_composed) return clear();
  session.prompts.push(text);
  save();
  const [, name, argument] = /^STUB:(\S+) ?(.*)$/s.exec(text) ?? [];
  try {
    await (commands[name] ? commands[name](argument) : answer(`echo: ${text}`));
  } catch (e) {
    if (e.name !== 'AbortError') throw e;
    spend(0.0001);
    result({ subtype: 'error_during_execution', is_error: true, terminal_reason: 'aborted_streaming', errors: ['[interrupted]'] });
  }
}

async function next() {
  if (turn || queue.length === 0) {
    if (!turn && inputClosed && !stubborn) process.exit(0);
    return;
  }
  turn = { message: queue[0], abort: new AbortController() };
  await sleep(3); // like the real one, it takes a moment in which an interrupt is lost
  queue.shift();
  await run(turn.message);
  turn = null;
  next();
}

function control({ request_id, request }) {
  const reply = (response, error) =>
    emit({ type: 'control_response', response: error ? { subtype: 'error', request_id, error } : { subtype: 'success', request_id, response } });
  switch (request.subtype) {
    case 'initialize':
      if (start === 'silent') return;
      initialized = request;
      return reply(start === 'refuse' ? undefined : { commands: [] }, start === 'refuse' && 'stub refuses to start');
    case 'get_usage':
      if (turn?.usage === 'silent') return;
      if (turn?.usage === 'refused') return reply(undefined, 'stub keeps its spend to itself');
      return reply({ session: { total_cost_usd: session.usd, model_usage: usage() } });
    case 'interrupt': {
      reply({ still_queued: queue.map((message) => message.uuid) });
      if (!stubborn && queue.length === 0) turn?.abort.abort();
      return;
    }
    case 'set_model':
      settings.model = request.model;
      return reply({});
    case 'set_permission_mode':
      if (request.mode === 'bypassPermissions' && flag('permission-mode') !== request.mode) return reply(undefined, 'Cannot set permission mode to bypassPermissions');
      settings.mode = request.mode;
      return reply({ mode: request.mode });
    case 'apply_flag_settings':
      if (request.settings.model === 'refused') return reply(undefined, 'no such model');
      if ('model' in request.settings) settings.model = request.settings.model ?? undefined;
      if ('effortLevel' in request.settings) settings.effort = request.settings.effortLevel ?? undefined;
      return reply(undefined);
    case 'get_context_usage':
      if (process.env.STUB_IDLE_WORK && !existsSync(process.env.STUB_IDLE_WORK)) {
        writeFileSync(process.env.STUB_IDLE_WORK, '');
        setTimeout(() => workAlone(0.25), 50);
      }
      if (start === 'die-warming') process.exit(4);
      if (start === 'stray') assistant({ type: 'text', text: 'nobody asked' });
      reply({ categories: [] });
      if (start === 'die-idle') process.exit(4);
      return;
    default:
      return reply(undefined, `Unsupported control request subtype: ${request.subtype}`);
  }
}

function receive(text) {
  let line;
  try {
    line = JSON.parse(text);
  } catch {
    process.stderr.write('Error parsing streaming input line\n');
    process.exit(1);
  }
  if (line.type === 'control_request') control(line);
  else if (line.type === 'control_response') answers.get(line.response.request_id)?.(line.response);
  else if (line.type === 'user') {
    queue.push(line);
    emit({ type: 'command_lifecycle', state: 'queued' });
    next();
  }
}

if (start === 'exit') {
  process.stderr.write('stub does not start\n');
  process.exit(3);
}
mkdirSync(sessions, { recursive: true });
if (flag('resume') && process.env.STUB_RESUME === 'exit') {
  process.stderr.write('stub does not resume\n');
  process.exit(3);
}
if (flag('resume')) {
  if (!existsSync(file(session.id))) {
    result({ subtype: 'error_during_execution', is_error: true, num_turns: 0, errors: [`No conversation found with session ID: ${session.id}`] });
    process.stderr.write(`No conversation found with session ID: ${session.id}\n`);
    process.exit(1);
  }
  session = JSON.parse(readFileSync(file(session.id), 'utf8'));
}
process.on('SIGTERM', () => { if (!stubborn) process.exit(143); });
if (start === 'deaf') {
  await sleep(FOREVER);
}
let rest = Buffer.alloc(0);
process.stdin.on('data', (chunk) => {
  rest = Buffer.concat([rest, chunk]);
  for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
    receive(rest.subarray(0, end).toString('utf8'));
    rest = rest.subarray(end + 1);
  }
});
process.stdin.on('end', () => {
  inputClosed = true;
  next();
  if (stubborn) setInterval(() => {}, FOREVER);
});
