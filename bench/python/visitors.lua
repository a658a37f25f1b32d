-- Many people at once: each request carries the next cookie of the list. Prints what was measured as one line.
local cookies, at = {}, 0

function init(arguments)
  for line in io.lines(arguments[1]) do cookies[#cookies + 1] = line end
end

function request()
  at = at % #cookies + 1
  return wrk.format("GET", nil, { cookie = cookies[at], connection = "keep-alive" })
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("measured %f %f %f %d\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, failed))
end
