/* A bcoin node on regtest that does what its standard input says, one line at a time, and answers
 * each line with one: mine N [SEED], fork DEPTH N, stop.  Blocks hold spends of every kind that a
 * regtest without witnesses takes: one and many inputs, chains within a block, payments to keys, key
 * hashes, script hashes, witness programs and nobody (OP_RETURN).
 *
 *     NODE_PATH=.../node_modules node bcoin_node.js PORT PASSWORD
 */
'use strict';
const readline = require('readline');
const bcoin = require('bcoin').set('regtest');

const [port, password] = [Number(process.argv[2]), process.argv[3]];
const node = new bcoin.FullNode({
        network: 'regtest', memory: true, logConsole: false, workers: false, listen: false,
        apiKey: password, httpHost: '127.0.0.1', httpPort: port,
});

/* Keys from numbers: nobody's money. */
function key(i) {
        const secret = Buffer.alloc(32, 0);
        secret.writeUInt32BE(i + 1, 28);
        return bcoin.KeyRing.fromPrivate(secret, true);
}
const keys = Array.from({ length: 20 }, (x, i) => key(i));

let state = 1;
function chance(n) {    // Park and Miller's generator
        state = state * 48271 % 2147483647;
        return state % n;
}

function script(i) {
        const ring = keys[i % keys.length];
        switch (chance(8)) {
        case 0: return bcoin.Script.fromPubkey(ring.publicKey);
        case 1: return bcoin.Script.fromScripthash(bcoin.Script.fromMultisig(1, 2, [ring.publicKey,
                keys[(i + 1) % keys.length].publicKey]).hash160());
        case 2: return bcoin.Script.fromProgram(0, ring.getHash());
        default: return bcoin.Script.fromAddress(ring.getAddress());
        }
}

/* Coins that one of the keys can spend, in the chain of the tip; by branch. */
function spendable(coins, height) {
        return coins.filter(c => (!c.coinbase || height - c.height >= 100) &&
                ['pubkey', 'pubkeyhash'].includes(bcoin.Script.typesByVal[c.script.getType()].toLowerCase()));
}

function owner(coin) {
        return keys.find(k => k.ownOutput(coin));
}

function spend(coins, height) {
        const mine = spendable(coins, height);
        if (mine.length === 0)
                return null;
        const mtx = new bcoin.MTX(), taken = new Set();
        let value = 0;
        for (let n = 1 + chance(3); n > 0 && taken.size < mine.length; n--) {
                const coin = mine[chance(mine.length)];
                if (taken.has(coin))
                        continue;
                taken.add(coin);
                mtx.addCoin(coin);
                value += coin.value;
        }
        const fee = Math.min(chance(5000), value);
        let left = value - fee;
        const outs = 1 + chance(4);
        for (let i = 0; i < outs; i++) {
                const part = i + 1 === outs ? left : Math.floor(left / (2 + chance(4)));
                mtx.addOutput(new bcoin.Output({ script: script(chance(1000)), value: part }));
                left -= part;
        }
        if (chance(4) === 0)
                mtx.addOutput(new bcoin.Output({ script: bcoin.Script.fromNulldata(Buffer.from('note')), value: 0 }));
        for (const coin of taken)
                mtx.sign(owner(coin));
        return { mtx, taken };
}

/* One block on top of entry, with some spends; returns its entry and the coins after it. */
async function extend(entry, coins, label) {
        const height = entry.height + 1;
        node.miner.addresses = [keys[height % keys.length].getAddress()];
        const job = await node.miner.cpu.createJob(entry);
        job.attempt.coinbaseFlags = Buffer.from(label + height);
        let now = coins.slice();
        for (let n = chance(4); n > 0; n--) {
                const one = spend(now, height);
                if (!one)
                        break;
                const tx = one.mtx.toTX();
                if (!job.addTX(tx, one.mtx.view))
                        throw new Error('a transaction was not taken');
                now = now.filter(c => !one.taken.has(c));
                tx.outputs.forEach((o, i) => now.push(bcoin.Coin.fromTX(tx, i, height)));
        }
        job.refresh();
        const block = await job.mineAsync();
        const made = await node.chain.add(block);
        if (!made)
                throw new Error('a block was not taken');
        block.txs[0].outputs.forEach((o, i) => now.push(bcoin.Coin.fromTX(block.txs[0], i, height)));
        return { entry: made, coins: now };
}

const history = [];     // per height of the main chain: { entry, coins }

async function mine(n, label) {
        for (let i = 0; i < n; i++)
                history.push(await extend(history[history.length - 1].entry, history[history.length - 1].coins, label));
}

async function obey(line) {
        const [what, ...n] = line.split(' ');
        if (what === 'mine')
                await mine(Number(n[0]), 'main');
        else if (what === 'fork') {
                history.splice(history.length - Number(n[0]));
                await mine(Number(n[1]), 'fork');
        } else
                throw new Error('unknown: ' + line);
        console.log(node.chain.height + ' ' + node.chain.tip.rhash());
}

(async () => {
        await node.open();
        history.push({ entry: node.chain.tip, coins: [] });
        console.log('ready');
        for await (const line of readline.createInterface({ input: process.stdin }))
                if (line === 'stop')
                        break;
                else
                        await obey(line);
        await node.close();
        process.exit(0);
})().catch((e) => {
        console.error(e);
        process.exit(1);
});
