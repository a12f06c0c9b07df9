#!lua name=anxin_store_v2
-- SPDX-License-Identifier: Apache-2.0
-- The store's side of Redis. Each function looks at everything before its first write: what Lua has written before an
-- error stays written. Keys of a partition share one hash tag, `base` is "<prefix>{s<p>}:"; a function's only declared key
-- is the one that holds the position, and all others are made from it.
--   base m          hash: gen epoch next day partitions gens shadow commits
--   base <g>:m      hash: gen epoch next day, of a rebuild until it is made live
--   base <g>:e:<id> hash: r = rating, <offset> = chunk
--   base <g>:i      sorted set of the enterprises, all of score 0
--   base d          set of generations to be removed
-- A function is never changed under its name: a new meaning is a new library.

local NO_DAY = '-2147483648'
local ID_LEN = 18
local LOST_MAX = 1000 -- generations of earlier lives that are stepped over

-- The first generation from g on of which nothing is left.
local function unused(base, g)
    for i = g, g + LOST_MAX do
        if redis.call('EXISTS', base .. i .. ':i') == 0 then
            return i
        end
    end
    return nil
end

local function live(key, base, partitions)
    local m = redis.call('HMGET', key, 'gen', 'epoch', 'next', 'day', 'partitions')
    if m[1] then
        if m[5] ~= partitions then
            return nil, { 'PARTITIONS', m[5] }
        end
        return m
    end
    local g = unused(base, 1)
    if not g then
        return nil, { 'LEFTOVERS' }
    end
    -- The epoch starts at the server's time, so that it differs from those of a life that was lost.
    local now = redis.call('TIME')
    m = { tostring(g), now[1] .. '000', '0', NO_DAY, partitions }
    redis.call('HSET', key, 'gen', m[1], 'epoch', m[2], 'next', m[3], 'day', m[4], 'partitions', m[5], 'gens', m[1])
    return m
end

-- key m; base, partitions
local function take(keys, argv)
    local m, refused = live(keys[1], argv[1], argv[2])
    if not m then
        return refused
    end
    local epoch = redis.call('HINCRBY', keys[1], 'epoch', 1)
    return { 'OK', m[1], tostring(epoch), m[3], m[4] }
end

-- key m; base, partitions
local function rebuild(keys, argv)
    local base = argv[1]
    local m, refused = live(keys[1], base, argv[2])
    if not m then
        return refused
    end
    local of = redis.call('HMGET', keys[1], 'gens', 'shadow')
    local g = unused(base, tonumber(of[1]) + 1)
    if not g then
        return { 'LEFTOVERS' }
    end
    if of[2] then
        redis.call('DEL', base .. of[2] .. ':m')
        redis.call('SADD', base .. 'd', of[2])
    end
    redis.call('HSET', keys[1], 'gens', tostring(g), 'shadow', tostring(g))
    redis.call('HSET', base .. g .. ':m', 'gen', tostring(g), 'epoch', '1', 'next', '0', 'day', NO_DAY)
    return { 'OK', tostring(g), '1', '0', NO_DAY }
end

-- key m; base, generation
local function switch(keys, argv)
    local base, g = argv[1], argv[2]
    local m = redis.call('HMGET', keys[1], 'gen', 'epoch', 'next', 'day', 'shadow')
    if m[1] == g then
        return { 'OK', m[1], m[2], m[3], m[4] }
    end
    local s = redis.call('HMGET', base .. g .. ':m', 'next', 'day')
    if not m[1] or m[5] ~= g or not s[1] then
        return { 'STALE' }
    end
    redis.call('HSET', keys[1], 'gen', g, 'next', s[1], 'day', s[2])
    redis.call('HDEL', keys[1], 'shadow')
    redis.call('DEL', base .. g .. ':m')
    redis.call('SADD', base .. 'd', m[1])
    return { 'OK', g, tostring(redis.call('HINCRBY', keys[1], 'epoch', 1)), s[1], s[2] }
end

-- key m or <g>:m; key i, generation, epoch, expected offset and day, next offset and day, the number of enterprises with
-- rating and chunk, with a rating only, with a chunk only; then each of them in this order:
-- key e rating offset chunk | key e rating | key e offset chunk
-- Most of the cost of a call is in making Lua's strings: so keys come whole, and an id is only cut out of a new one.
local function commit(keys, argv)
    local m = redis.call('HMGET', keys[1], 'gen', 'epoch', 'next', 'day')
    if m[1] ~= argv[2] or m[2] ~= argv[3] or m[3] ~= argv[4] or m[4] ~= argv[5] then
        return { 'STALE', m[1] or '0', m[2] or '0', m[3] or '0', m[4] or NO_DAY }
    end
    local both, ratings, chunks = tonumber(argv[8]), tonumber(argv[9]), tonumber(argv[10])
    if #argv ~= 10 + 4 * both + 2 * ratings + 3 * chunks then
        return { 'ARGUMENTS' }
    end
    local call, index, at = redis.call, argv[1], 11
    for _ = 1, both do
        -- Two new fields: perhaps a new enterprise.
        if call('HSET', argv[at], 'r', argv[at + 1], argv[at + 2], argv[at + 3]) == 2 then
            call('ZADD', index, '0', argv[at]:sub(-ID_LEN))
        end
        at = at + 4
    end
    for _ = 1, ratings do
        if call('HSET', argv[at], 'r', argv[at + 1]) == 1 then
            call('ZADD', index, '0', argv[at]:sub(-ID_LEN))
        end
        at = at + 2
    end
    for _ = 1, chunks do
        call('HSET', argv[at], argv[at + 1], argv[at + 2])
        call('ZADD', index, '0', argv[at]:sub(-ID_LEN))
        at = at + 3
    end
    call('HSET', keys[1], 'next', argv[6], 'day', argv[7])
    call('HINCRBY', keys[1], 'commits', 1)
    return { 'OK' }
end

redis.register_function('ax_store_take_v2', take)
redis.register_function('ax_store_rebuild_v2', rebuild)
redis.register_function('ax_store_switch_v2', switch)
redis.register_function('ax_store_commit_v2', commit)
