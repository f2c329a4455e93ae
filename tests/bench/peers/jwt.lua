-- The policy of the bench in Envoy's Lua filter, as its documentation has it: the host verifies the signature, all else is Lua. PUBLIC_KEY (the key as DER, in
-- hexadecimal digits) and the rest in capitals are filled in.
local function bytes(hex)
  return (hex:gsub("..", function(two) return string.char(tonumber(two, 16)) end))
end

local der = bytes("PUBLIC_KEY")

local value = {}
local letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
for i = 1, #letters do value[letters:byte(i)] = i - 1 end

-- base64url without padding; nil if it is none.
local function decode(text)
  local out, bits, count = {}, 0, 0
  for i = 1, #text do
    local six = value[text:byte(i)]
    if six == nil then return nil end
    bits = bits * 64 + six
    count = count + 6
    if count >= 8 then
      count = count - 8
      local scale = 2 ^ count
      out[#out + 1] = string.char(math.floor(bits / scale))
      bits = bits % scale
    end
  end
  return table.concat(out)
end

-- A text member of a flat object, as such filters read it.
local function member(json, name)
  return json:match('"' .. name .. '"%s*:%s*"([^"]*)"')
end

local function number(json, name)
  return tonumber(json:match('"' .. name .. '"%s*:%s*(%d+)'))
end

local function refuse(handle, status, body)
  handle:respond({ [":status"] = status }, body)
end

function envoy_on_request(handle)
  local headers = handle:headers()
  local authorization = headers:get("authorization")
  if authorization == nil then return refuse(handle, "403", "RBAC: access denied") end
  local signed, head, payload, signature = authorization:match("^Bearer (([%w_-]+)%.([%w_-]+))%.([%w_-]+)$")
  if signed == nil then return refuse(handle, "401", "Jwt is not in the form of Header.Payload.Signature") end
  head, payload, signature = decode(head), decode(payload), decode(signature)
  if not (head and payload and signature) or member(head, "alg") ~= "RS256" then
    return refuse(handle, "401", "Jwt verification fails")
  end
  local expires = number(payload, "exp")
  if member(payload, "iss") ~= "ISSUER" or expires == nil or expires < handle:timestamp() / 1000 then
    return refuse(handle, "401", "Jwt verification fails")
  end
  -- For each request anew: Envoy lets no such object live longer ("object used outside of proper scope").
  local key = handle:importPublicKey(der, #der)
  local good = handle:verifySignature("sha256", key:get(), signature, #signature, signed, #signed)
  if not good then return refuse(handle, "401", "Jwt verification fails") end
  local allowed = false
  for scope in (member(payload, "scope") or ""):gmatch("%S+") do
    if scope == "read:headers" or scope == "write:database" then allowed = true end
  end
  if not (allowed and headers:get(":method") == "GET" and headers:get(":path") == "/headers") then
    return refuse(handle, "403", "RBAC: access denied")
  end
end
