using System.Text.Json;

namespace PruneSharp;

/// <summary>Reads the schedule of a plan and collects every problem on the way. Ranges are the concern of <see cref="Schedule.Problems"/>.</summary>
internal sealed class ScheduleReader(JsonElement root, List<string> problems)
{
    private static readonly string[] Names = ["one-shot", "constant", "linear", "cubic", "polynomial", "cosine", "exponential", "iterative"];

    private static readonly string[] Keys = ["name", "finalSparsity", "initialSparsity", "beginStep", "endStep", "frequency", "power", "rounds"];

    /// <summary>The schedule; null where its name or shape leaves nothing to check further.</summary>
    public Schedule? Read()
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            problems.Add($"schedule is {root.GetRawText()}; it must be an object like {{ \"name\": \"cubic\", \"finalSparsity\": 0.9, \"endStep\": 5000 }}.");
            return null;
        }

        JsonKeys.Check(root, Keys, "schedule.", problems);
        string? name = ReadName();
        if (name is not null and not "polynomial" && Get("power") is not null)
            problems.Add($"schedule.power has no meaning for schedule {name}; remove it, or use polynomial.");
        if (name is not null and not "iterative" && Get("rounds") is not null)
            problems.Add($"schedule.rounds has no meaning for schedule {name}; remove it, or use iterative.");

        double final = ReadNumber("finalSparsity", 1, isRequired: true), initial = ReadNumber("initialSparsity", 0), power = ReadNumber("power", 3);
        long begin = ReadWhole("beginStep", 0), frequency = ReadWhole("frequency", 100);

        // What takes the place of a missing end is as far away as can be, so that it makes no problems of its own.
        long end = ReadWhole("endStep", name == "one-shot" ? begin : begin < 0 ? begin + long.MaxValue : long.MaxValue, isRequired: name != "one-shot");
        long rounds = ReadWhole("rounds", 1, isRequired: name == "iterative");
        if (rounds is < int.MinValue or > int.MaxValue)
            problems.Add($"schedule.rounds is {Get("rounds")!.Value.GetRawText()}; it must be a whole number below 2^31.");
        Schedule? schedule = name switch
        {
            "one-shot" => new OneShotSchedule { FinalSparsity = final, BeginStep = begin, EndStep = end },
            "constant" => Schedule.Constant(final, begin, end),
            "linear" => Schedule.Linear(final, begin, end),
            "cubic" => Schedule.Cubic(final, begin, end),
            "polynomial" => Schedule.Polynomial(final, begin, end, power),
            "cosine" => Schedule.Cosine(final, begin, end),
            "exponential" => Schedule.Exponential(final, begin, end),
            "iterative" => Schedule.Iterative(final, begin, end, (int)Math.Clamp(rounds, int.MinValue, int.MaxValue)),
            _ => null,
        };
        return schedule is null ? null : schedule with { InitialSparsity = initial, Frequency = frequency };
    }

    private string? ReadName()
    {
        if (Get("name") is not { } value)
            problems.Add($"schedule.name is missing; use {string.Join(", ", Names)}.");
        else if (value.ValueKind != JsonValueKind.String)
            problems.Add($"schedule.name is {value.GetRawText()}; use {string.Join(", ", Names)}.");
        else if (Names.Contains(value.GetString()))
            return value.GetString();
        else
            problems.Add($"schedule.name is '{value.GetString()}'; use {string.Join(", ", Names)}.{NearNames.DidYouMean(value.GetString()!, Names)}");
        return null;
    }

    private double ReadNumber(string key, double otherwise, bool isRequired = false)
    {
        if (Get(key) is not { } value)
        {
            if (isRequired)
                problems.Add($"schedule.{key} is missing; give a number like 0.9.");
            return otherwise;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number))
            return number;
        problems.Add($"schedule.{key} is {value.GetRawText()}; it must be a number.");
        return otherwise;
    }

    private long ReadWhole(string key, long otherwise, bool isRequired = false)
    {
        if (Get(key) is not { } value)
        {
            if (isRequired)
                problems.Add($"schedule.{key} is missing; give a whole number.");
            return otherwise;
        }

        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number))
            return number;
        problems.Add($"schedule.{key} is {value.GetRawText()}; it must be a whole number below 2^63.");
        return otherwise;
    }

    private JsonElement? Get(string key) => root.TryGetProperty(key, out var value) ? value : null;
}
