using System.Text.Json;
using System.Text.Json.Serialization;

namespace PruneSharp.OnnxRuntime;

/// <summary>How events of a profile are read: without reflection, which some applications switch off.</summary>
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class ProfileEvents : JsonSerializerContext;
