using System.Text.Json;

namespace PruneSharp;

/// <summary>Writes the schedule of a plan; what has its default value is left out.</summary>
internal static class ScheduleWriter
{
    /// <summary>Writes a schedule as one JSON object.</summary>
    /// <exception cref="NotSupportedException">The schedule is a custom one, which has no JSON form.</exception>
    public static void Write(Schedule schedule, Utf8JsonWriter writer)
    {
        if (schedule is not (OneShotSchedule or ConstantSchedule or PolynomialSchedule or CosineSchedule or ExponentialSchedule or IterativeSchedule))
            throw PlanJson.Unsupported("schedule", schedule.Name);
        writer.WriteStartObject("schedule");
        writer.WriteString("name", schedule.Name);
        writer.WriteNumber("finalSparsity", schedule.FinalSparsity);
        if (schedule.InitialSparsity != 0)
            writer.WriteNumber("initialSparsity", schedule.InitialSparsity);
        writer.WriteNumber("beginStep", schedule.BeginStep);
        if (schedule is not OneShotSchedule || schedule.EndStep != schedule.BeginStep)
            writer.WriteNumber("endStep", schedule.EndStep);
        if (schedule.Frequency != 100)
            writer.WriteNumber("frequency", schedule.Frequency);
        if (schedule is PolynomialSchedule polynomial)
            writer.WriteNumber("power", polynomial.Power);
        if (schedule is IterativeSchedule iterative)
            writer.WriteNumber("rounds", iterative.Rounds);
        writer.WriteEndObject();
    }
}
