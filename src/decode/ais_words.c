/* The words of the JSON for numbers that are codes.
 *
 * They are gpsd's (gpsd 3.22, gpsd_json.c, Copyright (c) 2010 by the GPSD project, BSD-2-clause), after ITU-R M.1371 and IMO SN.1/Circ.289,
 * letter by letter, so that a reader of gpsdecode's output meets what it knows; those of payloads that gpsd leaves alone are from E. S.
 * Raymond, "AIVDM/AIVDO protocol decoding".  They are bytes of JSON: quotes in them are escaped here.
 */
#include "ais_field.h"

#define AIS_WORDS(list, otherwise) { (list), sizeof(list) / sizeof *(list), EM_S_INIT(otherwise) }

#define FUTURE(group) EM_S_INIT(group " - Reserved for future use")
#define CATEGORIES(group, last) \
        EM_S_INIT(group " - all ships of this type"), EM_S_INIT(group " - Hazardous category A"), EM_S_INIT(group " - Hazardous category B"), \
        EM_S_INIT(group " - Hazardous category C"), EM_S_INIT(group " - Hazardous category D"), \
        FUTURE(group), FUTURE(group), FUTURE(group), FUTURE(group), EM_S_INIT(group " - " last)
#define RESERVED EM_S_INIT("Reserved for future use")

static const em_str ship[] = {
        EM_S_INIT("Not available"), RESERVED, RESERVED, RESERVED, RESERVED, RESERVED, RESERVED, RESERVED, RESERVED, RESERVED,
        RESERVED, RESERVED, RESERVED, RESERVED, RESERVED, RESERVED, RESERVED, RESERVED, RESERVED, RESERVED,
        CATEGORIES("Wing in ground (WIG)", "Reserved for future use"),
        EM_S_INIT("Fishing"), EM_S_INIT("Towing"), EM_S_INIT("Towing: length exceeds 200m or breadth exceeds 25m"),
        EM_S_INIT("Dredging or underwater ops"), EM_S_INIT("Diving ops"), EM_S_INIT("Military ops"), EM_S_INIT("Sailing"),
        EM_S_INIT("Pleasure Craft"), EM_S_INIT("Reserved"), EM_S_INIT("Reserved"),
        CATEGORIES("High speed craft (HSC)", "No additional information"),
        EM_S_INIT("Pilot Vessel"), EM_S_INIT("Search and Rescue vessel"), EM_S_INIT("Tug"), EM_S_INIT("Port Tender"),
        EM_S_INIT("Anti-pollution equipment"), EM_S_INIT("Law Enforcement"), EM_S_INIT("Spare - Local Vessel"),
        EM_S_INIT("Spare - Local Vessel"), EM_S_INIT("Medical Transport"), EM_S_INIT("Ship according to RR Resolution No. 18"),
        CATEGORIES("Passenger", "No additional information"), CATEGORIES("Cargo", "No additional information"),
        CATEGORIES("Tanker", "No additional information"), CATEGORIES("Other Type", "no additional information"),
};
const ais_words ais_ship_words = AIS_WORDS(ship, "INVALID SHIP TYPE");

static const em_str status[] = {
        EM_S_INIT("Under way using engine"), EM_S_INIT("At anchor"), EM_S_INIT("Not under command"),
        EM_S_INIT("Restricted manoeuverability"), EM_S_INIT("Constrained by her draught"), EM_S_INIT("Moored"), EM_S_INIT("Aground"),
        EM_S_INIT("Engaged in fishing"), EM_S_INIT("Under way sailing"), EM_S_INIT("Reserved for HSC"), EM_S_INIT("Reserved for WIG"),
        EM_S_INIT("Reserved"), EM_S_INIT("Reserved"), EM_S_INIT("Reserved"), EM_S_INIT("Reserved"), EM_S_INIT("Not defined"),
};
const ais_words ais_status_words = AIS_WORDS(status, "");

static const em_str epfd[] = {
        EM_S_INIT("Undefined"), EM_S_INIT("GPS"), EM_S_INIT("GLONASS"), EM_S_INIT("Combined GPS/GLONASS"), EM_S_INIT("Loran-C"),
        EM_S_INIT("Chayka"), EM_S_INIT("Integrated navigation system"), EM_S_INIT("Surveyed"), EM_S_INIT("Galileo"),
};
const ais_words ais_epfd_words = AIS_WORDS(epfd, "INVALID EPFD");

static const em_str station[] = {
        EM_S_INIT("All types of mobiles"), RESERVED, EM_S_INIT("All types of Class B mobile stations"),
        EM_S_INIT("SAR airborne mobile station"), EM_S_INIT("Aid to Navigation station"),
        EM_S_INIT("Class B shipborne mobile station"), EM_S_INIT("Regional use and inland waterways"),
        EM_S_INIT("Regional use and inland waterways"), EM_S_INIT("Regional use and inland waterways"),
        EM_S_INIT("Regional use and inland waterways"), RESERVED, RESERVED,
        RESERVED, RESERVED, RESERVED,
        RESERVED,
};
const ais_words ais_station_words = AIS_WORDS(station, "INVALID STATION TYPE");

static const em_str aid[] = {
        EM_S_INIT("Unspecified"), EM_S_INIT("Reference point"), EM_S_INIT("RACON"), EM_S_INIT("Fixed offshore structure"),
        EM_S_INIT("Spare, Reserved for future use."), EM_S_INIT("Light, without sectors"), EM_S_INIT("Light, with sectors"),
        EM_S_INIT("Leading Light Front"), EM_S_INIT("Leading Light Rear"), EM_S_INIT("Beacon, Cardinal N"),
        EM_S_INIT("Beacon, Cardinal E"), EM_S_INIT("Beacon, Cardinal S"), EM_S_INIT("Beacon, Cardinal W"),
        EM_S_INIT("Beacon, Port hand"), EM_S_INIT("Beacon, Starboard hand"), EM_S_INIT("Beacon, Preferred Channel port hand"),
        EM_S_INIT("Beacon, Preferred Channel starboard hand"), EM_S_INIT("Beacon, Isolated danger"), EM_S_INIT("Beacon, Safe water"),
        EM_S_INIT("Beacon, Special mark"), EM_S_INIT("Cardinal Mark N"), EM_S_INIT("Cardinal Mark E"), EM_S_INIT("Cardinal Mark S"),
        EM_S_INIT("Cardinal Mark W"), EM_S_INIT("Port hand Mark"), EM_S_INIT("Starboard hand Mark"),
        EM_S_INIT("Preferred Channel Port hand"), EM_S_INIT("Preferred Channel Starboard hand"), EM_S_INIT("Isolated danger"),
        EM_S_INIT("Safe Water"), EM_S_INIT("Special Mark"), EM_S_INIT("Light Vessel / LANBY / Rigs"),
};
const ais_words ais_aid_words = AIS_WORDS(aid, "INVALID NAVAID TYPE");

static const em_str signal[] = {
        EM_S_INIT("N/A"), EM_S_INIT("Serious emergency – stop or divert according to instructions."),
        EM_S_INIT("Vessels shall not proceed."), EM_S_INIT("Vessels may proceed. One way traffic."),
        EM_S_INIT("Vessels may proceed. Two way traffic."), EM_S_INIT("Vessels shall proceed on specific orders only."),
        EM_S_INIT("Vessels in main channel shall not proceed."),
        EM_S_INIT("Vessels in main channel shall proceed on specific orders only."),
        EM_S_INIT("Vessels in main channel shall proceed on specific orders only."), EM_S_INIT("I = \\\"in-bound\\\" only acceptable."),
        EM_S_INIT("O = \\\"out-bound\\\" only acceptable."), EM_S_INIT("F = both \\\"in- and out-bound\\\" acceptable."),
        EM_S_INIT("XI = Code will shift to \\\"I\\\" in due time."), EM_S_INIT("XO = Code will shift to \\\"O\\\" in due time."),
        EM_S_INIT("X = Vessels shall proceed only on direction."),
};
const ais_words ais_signal_words = AIS_WORDS(signal, "INVALID SIGNAL TYPE");

static const em_str racon[] = {
        EM_S_INIT("No RACON installed"), EM_S_INIT("RACON not monitored"), EM_S_INIT("RACON operational"), EM_S_INIT("RACON ERROR"),
};
const ais_words ais_racon_words = AIS_WORDS(racon, "");

static const em_str light[] = {
        EM_S_INIT("No light or no monitoring"), EM_S_INIT("Light ON"), EM_S_INIT("Light OFF"), EM_S_INIT("Light ERROR"),
};
const ais_words ais_light_words = AIS_WORDS(light, "");

static const em_str rta[] = {
        EM_S_INIT("Operational"), EM_S_INIT("Limited operation"), EM_S_INIT("Out of order"), EM_S_INIT("N/A"),
};
const ais_words ais_rta_words = AIS_WORDS(rta, "");

static const em_str berth[] = {
        EM_S_INIT("Not available"), EM_S_INIT("Port-side to"), EM_S_INIT("Starboard-side to"),
        EM_S_INIT("Mediterranean (end-on) mooring"), EM_S_INIT("Mooring buoy"), EM_S_INIT("Anchorage"),
        RESERVED, RESERVED,
};
const ais_words ais_berth_words = AIS_WORDS(berth, "");

static const em_str trend[] = {
        EM_S_INIT("steady"), EM_S_INIT("decreasing"), EM_S_INIT("increasing"), EM_S_INIT("N/A"),        /* gpsd has 1 and 2 the other way round */
};
const ais_words ais_trend_words = AIS_WORDS(trend, "");

static const em_str rain[] = {
        EM_S_INIT("reserved"), EM_S_INIT("rain"), EM_S_INIT("thunderstorm"), EM_S_INIT("freezing rain"), EM_S_INIT("mixed/ice"),
        EM_S_INIT("snow"), EM_S_INIT("reserved"), EM_S_INIT("N/A"),
};
const ais_words ais_rain_words = AIS_WORDS(rain, "");

static const em_str ice[] = {
        EM_S_INIT("no"), EM_S_INIT("yes"), EM_S_INIT("reserved"), EM_S_INIT("N/A"),
};
const ais_words ais_ice_words = AIS_WORDS(ice, "");

static const em_str hazard[] = {
        EM_S_INIT("0 blue cones/lights"), EM_S_INIT("1 blue cone/light"), EM_S_INIT("2 blue cones/lights"),
        EM_S_INIT("3 blue cones/lights"), EM_S_INIT("4 B-Flag"), EM_S_INIT("Unknown"),
};
const ais_words ais_hazard_words = AIS_WORDS(hazard, "INVALID HAZARD TYPE");

static const em_str loaded[] = {
        EM_S_INIT("N/A (default)"), EM_S_INIT("Unloaded"), EM_S_INIT("Loaded"),
};
const ais_words ais_loaded_words = AIS_WORDS(loaded, "INVALID LOAD STATUS");

static const em_str emma[] = {
        EM_S_INIT("Not Available"), EM_S_INIT("Wind"), EM_S_INIT("Rain"), EM_S_INIT("Snow and ice"), EM_S_INIT("Thunderstorm"),
        EM_S_INIT("Fog"), EM_S_INIT("Low temperature"), EM_S_INIT("High temperature"), EM_S_INIT("Flood"), EM_S_INIT("Forest Fire"),
};
const ais_words ais_emma_words = AIS_WORDS(emma, "INVALID EMMA TYPE");

static const em_str emma_class[] = {
        EM_S_INIT("Slight"), EM_S_INIT("Medium"), EM_S_INIT("Strong"),
};
const ais_words ais_emma_class_words = AIS_WORDS(emma_class, "INVALID EMMA TYPE");

static const em_str emma_wind[] = {
        EM_S_INIT("N/A"), EM_S_INIT("North"), EM_S_INIT("North East"), EM_S_INIT("East"), EM_S_INIT("South East"), EM_S_INIT("South"),
        EM_S_INIT("South West"), EM_S_INIT("West"), EM_S_INIT("North West"),
};
const ais_words ais_emma_wind_words = AIS_WORDS(emma_wind, "INVALID EMMA WIND DIRECTION");

static const em_str direction[] = {
        EM_S_INIT("Unknown"), EM_S_INIT("Upstream"), EM_S_INIT("Downstream"), EM_S_INIT("To left bank"), EM_S_INIT("To right bank"),
};
const ais_words ais_direction_words = AIS_WORDS(direction, "INVALID DIRECTION");

static const em_str lamp[] = {
        EM_S_INIT("Unknown"), EM_S_INIT("No light"), EM_S_INIT("White"), EM_S_INIT("Yellow"), EM_S_INIT("Green"), EM_S_INIT("Red"),
        EM_S_INIT("White flashing"), EM_S_INIT("Yellow flashing."),
};
const ais_words ais_lamp_words = AIS_WORDS(lamp, "INVALID STATUS");

static const em_str target[] = {
        EM_S_INIT("mmsi"), EM_S_INIT("imo"), EM_S_INIT("callsign"), EM_S_INIT("other"),
};
const ais_words ais_target_words = AIS_WORDS(target, "");

#define LATER EM_S_INIT("Reserved for future use.")
static const em_str route[] = {
        EM_S_INIT("Undefined (default)"), EM_S_INIT("Mandatory"), EM_S_INIT("Recommended"), EM_S_INIT("Alternative"),
        EM_S_INIT("Recommended route through ice"), EM_S_INIT("Ship route plan"), LATER,
        LATER, LATER, LATER,
        LATER, LATER, LATER,
        LATER, LATER, LATER,
        LATER, LATER, LATER,
        LATER, LATER, LATER,
        LATER, LATER, LATER,
        LATER, LATER, LATER,
        LATER, LATER, LATER,
        EM_S_INIT("Cancel route identified by message linkage"),
};
const ais_words ais_route_words = AIS_WORDS(route, "");


static const em_str notice[] = {
        EM_S_INIT("Caution Area: Marine mammals habitat"), EM_S_INIT("Caution Area: Marine mammals in area - reduce speed"),
        EM_S_INIT("Caution Area: Marine mammals in area - stay clear"),
        EM_S_INIT("Caution Area: Marine mammals in area - report sightings"),
        EM_S_INIT("Caution Area: Protected habitat - reduce speed"), EM_S_INIT("Caution Area: Protected habitat - stay clear"),
        EM_S_INIT("Caution Area: Protected habitat - no fishing or anchoring"),
        EM_S_INIT("Caution Area: Derelicts (drifting objects)"), EM_S_INIT("Caution Area: Traffic congestion"),
        EM_S_INIT("Caution Area: Marine event"), EM_S_INIT("Caution Area: Divers down"), EM_S_INIT("Caution Area: Swim area"),
        EM_S_INIT("Caution Area: Dredge operations"), EM_S_INIT("Caution Area: Survey operations"),
        EM_S_INIT("Caution Area: Underwater operation"), EM_S_INIT("Caution Area: Seaplane operations"),
        EM_S_INIT("Caution Area: Fishery - nets in water"), EM_S_INIT("Caution Area: Cluster of fishing vessels"),
        EM_S_INIT("Caution Area: Fairway closed"), EM_S_INIT("Caution Area: Harbor closed"),
        EM_S_INIT("Caution Area: Risk (define in associated text field)"), EM_S_INIT("Caution Area: Underwater vehicle operation"),
        RESERVED, EM_S_INIT("Environmental Caution Area: Storm front (line squall)"),
        EM_S_INIT("Environmental Caution Area: Hazardous sea ice"),
        EM_S_INIT("Environmental Caution Area: Storm warning (storm cell or line of storms)"),
        EM_S_INIT("Environmental Caution Area: High wind"), EM_S_INIT("Environmental Caution Area: High waves"),
        EM_S_INIT("Environmental Caution Area: Restricted visibility (fog, rain, etc.)"),
        EM_S_INIT("Environmental Caution Area: Strong currents"), EM_S_INIT("Environmental Caution Area: Heavy icing"), RESERVED,
        EM_S_INIT("Restricted Area: Fishing prohibited"), EM_S_INIT("Restricted Area: No anchoring."),
        EM_S_INIT("Restricted Area: Entry approval required prior to transit"), EM_S_INIT("Restricted Area: Entry prohibited"),
        EM_S_INIT("Restricted Area: Active military OPAREA"), EM_S_INIT("Restricted Area: Firing - danger area."),
        EM_S_INIT("Restricted Area: Drifting Mines"), RESERVED, EM_S_INIT("Anchorage Area: Anchorage open"),
        EM_S_INIT("Anchorage Area: Anchorage closed"), EM_S_INIT("Anchorage Area: Anchorage prohibited"),
        EM_S_INIT("Anchorage Area: Deep draft anchorage"), EM_S_INIT("Anchorage Area: Shallow draft anchorage"),
        EM_S_INIT("Anchorage Area: Vessel transfer operations"), RESERVED, RESERVED, RESERVED, RESERVED, RESERVED, RESERVED, RESERVED,
        RESERVED, RESERVED, RESERVED, EM_S_INIT("Security Alert - Level 1"), EM_S_INIT("Security Alert - Level 2"),
        EM_S_INIT("Security Alert - Level 3"), RESERVED, RESERVED, RESERVED, RESERVED, RESERVED,
        EM_S_INIT("Distress Area: Vessel disabled and adrift"), EM_S_INIT("Distress Area: Vessel sinking"),
        EM_S_INIT("Distress Area: Vessel abandoning ship"), EM_S_INIT("Distress Area: Vessel requests medical assistance"),
        EM_S_INIT("Distress Area: Vessel flooding"), EM_S_INIT("Distress Area: Vessel fire/explosion"),
        EM_S_INIT("Distress Area: Vessel grounding"), EM_S_INIT("Distress Area: Vessel collision"),
        EM_S_INIT("Distress Area: Vessel listing/capsizing"), EM_S_INIT("Distress Area: Vessel under assault"),
        EM_S_INIT("Distress Area: Person overboard"), EM_S_INIT("Distress Area: SAR area"),
        EM_S_INIT("Distress Area: Pollution response area"), RESERVED, RESERVED, RESERVED,
        EM_S_INIT("Instruction: Contact VTS at this point/juncture"),
        EM_S_INIT("Instruction: Contact Port Administration at this point/juncture"),
        EM_S_INIT("Instruction: Do not proceed beyond this point/juncture"),
        EM_S_INIT("Instruction: Await instructions prior to proceeding beyond this point/juncture"),
        EM_S_INIT("Proceed to this location - await instructions"), EM_S_INIT("Clearance granted - proceed to berth"), RESERVED,
        RESERVED, EM_S_INIT("Information: Pilot boarding position"), EM_S_INIT("Information: Icebreaker waiting area"),
        EM_S_INIT("Information: Places of refuge"), EM_S_INIT("Information: Position of icebreakers"),
        EM_S_INIT("Information: Location of response units"), EM_S_INIT("VTS active target"), EM_S_INIT("Rogue or suspicious vessel"),
        EM_S_INIT("Vessel requesting non-distress assistance"), EM_S_INIT("Chart Feature: Sunken vessel"),
        EM_S_INIT("Chart Feature: Submerged object"), EM_S_INIT("Chart Feature: Semi-submerged object"),
        EM_S_INIT("Chart Feature: Shoal area"), EM_S_INIT("Chart Feature: Shoal area due north"),
        EM_S_INIT("Chart Feature: Shoal area due east"), EM_S_INIT("Chart Feature: Shoal area due south"),
        EM_S_INIT("Chart Feature: Shoal area due west"), EM_S_INIT("Chart Feature: Channel obstruction"),
        EM_S_INIT("Chart Feature: Reduced vertical clearance"), EM_S_INIT("Chart Feature: Bridge closed"),
        EM_S_INIT("Chart Feature: Bridge partially open"), EM_S_INIT("Chart Feature: Bridge fully open"), RESERVED, RESERVED, RESERVED,
        EM_S_INIT("Report from ship: Icing info"), RESERVED,
        EM_S_INIT("Report from ship: Miscellaneous information - define in associated text field"), RESERVED, RESERVED, RESERVED,
        RESERVED, RESERVED, EM_S_INIT("Route: Recommended route"), EM_S_INIT("Route: Alternative route"),
        EM_S_INIT("Route: Recommended route through ice"), RESERVED, RESERVED, EM_S_INIT("Other - Define in associated text field"),
        EM_S_INIT("Cancellation - cancel area as identified by Message Linkage ID"), EM_S_INIT("Undefined (default)"),
};
const ais_words ais_notice_words = AIS_WORDS(notice, "");


static const em_str shape[] = {
        EM_S_INIT("Circle or point"), EM_S_INIT("Rectangle"), EM_S_INIT("Sector"), EM_S_INIT("Polyline"), EM_S_INIT("Polygon"),
        EM_S_INIT("Associated text"), EM_S_INIT("Reserved"), EM_S_INIT("Reserved"),
};
const ais_words ais_shape_words = AIS_WORDS(shape, "");


static const em_str sensor[] = {
        EM_S_INIT("Site location"), EM_S_INIT("Station ID"), EM_S_INIT("Wind"), EM_S_INIT("Water level"),
        EM_S_INIT("Current flow (2D)"), EM_S_INIT("Current flow (3D)"), EM_S_INIT("Horizontal current flow"), EM_S_INIT("Sea state"),
        EM_S_INIT("Salinity"), EM_S_INIT("Weather"), EM_S_INIT("Air gap/Air draft"), RESERVED,
};
const ais_words ais_sensor_words = AIS_WORDS(sensor, "Reserved for future use");


static const em_str quality[] = {
        EM_S_INIT("No data"), EM_S_INIT("Raw real time"), EM_S_INIT("Real time with quality control"), EM_S_INIT("Predicted"),
        EM_S_INIT("Forecast"), EM_S_INIT("Nowcast"), RESERVED, EM_S_INIT("Sensor not available"),
};
const ais_words ais_quality_words = AIS_WORDS(quality, "");


static const em_str owner[] = {
        EM_S_INIT("Unknown"), EM_S_INIT("Hydrographic office"), EM_S_INIT("Inland waterway authority"),
        EM_S_INIT("Coastal directorate"), EM_S_INIT("Meteorological service"), EM_S_INIT("Port Authority"), EM_S_INIT("Coast guard"),
};
const ais_words ais_owner_words = AIS_WORDS(owner, "Reserved for future use");


static const em_str datum[] = {
        EM_S_INIT("MLLW"), EM_S_INIT("IGLD-85"), EM_S_INIT("Local river datum"), EM_S_INIT("STND"), EM_S_INIT("MHHW"),
        EM_S_INIT("MHW"), EM_S_INIT("MSL"), EM_S_INIT("MLW"), EM_S_INIT("NGVD-29"), EM_S_INIT("NAVD-88"), EM_S_INIT("WGS-84"),
        EM_S_INIT("LAT"), EM_S_INIT("pool"), EM_S_INIT("gauge"), EM_S_INIT("N/A"),
};
const ais_words ais_datum_words = AIS_WORDS(datum, "Reserved for future use");


/* ("eigth" and "barg" are so in gpsd.)  Inland AIS is not clear which of the two numbers stands in the field: the UN code (ERI) or the AIS type.  Their ranges are disjoint. */
static const struct { uint16_t code, ais; em_str word; } inland[] = {
        {8000, 99, EM_S_INIT("Vessel, type unknown")},
        {8010, 79, EM_S_INIT("Motor freighter")},
        {8020, 89, EM_S_INIT("Motor tanker")},
        {8021, 80, EM_S_INIT("Motor tanker, liquid cargo, type N")},
        {8022, 80, EM_S_INIT("Motor tanker, liquid cargo, type C")},
        {8023, 89, EM_S_INIT("Motor tanker, dry cargo as if liquid (e.g. cement)")},
        {8030, 79, EM_S_INIT("Container vessel")},
        {8040, 80, EM_S_INIT("Gas tanker")},
        {8050, 79, EM_S_INIT("Motor freighter, tug")},
        {8060, 89, EM_S_INIT("Motor tanker, tug")},
        {8070, 79, EM_S_INIT("Motor freighter with one or more ships alongside")},
        {8080, 89, EM_S_INIT("Motor freighter with tanker")},
        {8090, 79, EM_S_INIT("Motor freighter pushing one or more freighters")},
        {8100, 89, EM_S_INIT("Motor freighter pushing at least one tank-ship")},
        {8110, 79, EM_S_INIT("Tug, freighter")},
        {8120, 89, EM_S_INIT("Tug, tanker")},
        {8130, 31, EM_S_INIT("Tug freighter, coupled")},
        {8140, 31, EM_S_INIT("Tug, freighter/tanker, coupled")},
        {8150, 99, EM_S_INIT("Freightbarge")},
        {8160, 99, EM_S_INIT("Tankbarge")},
        {8161, 90, EM_S_INIT("Tankbarge, liquid cargo, type N")},
        {8162, 90, EM_S_INIT("Tankbarge, liquid cargo, type C")},
        {8163, 99, EM_S_INIT("Tankbarge, dry cargo as if liquid (e.g. cement)")},
        {8170, 99, EM_S_INIT("Freightbarge with containers")},
        {8180, 90, EM_S_INIT("Tankbarge, gas")},
        {8210, 79, EM_S_INIT("Pushtow, one cargo barge")},
        {8220, 79, EM_S_INIT("Pushtow, two cargo barges")},
        {8230, 79, EM_S_INIT("Pushtow, three cargo barges")},
        {8240, 79, EM_S_INIT("Pushtow, four cargo barges")},
        {8250, 79, EM_S_INIT("Pushtow, five cargo barges")},
        {8260, 79, EM_S_INIT("Pushtow, six cargo barges")},
        {8270, 79, EM_S_INIT("Pushtow, seven cargo barges")},
        {8280, 79, EM_S_INIT("Pushtow, eigth cargo barges")},
        {8290, 79, EM_S_INIT("Pushtow, nine or more barges")},
        {8310, 80, EM_S_INIT("Pushtow, one tank/gas barge")},
        {8320, 80, EM_S_INIT("Pushtow, two barges at least one tanker or gas barge")},
        {8330, 80, EM_S_INIT("Pushtow, three barges at least one tanker or gas barge")},
        {8340, 80, EM_S_INIT("Pushtow, four barges at least one tanker or gas barge")},
        {8350, 80, EM_S_INIT("Pushtow, five barges at least one tanker or gas barge")},
        {8360, 80, EM_S_INIT("Pushtow, six barges at least one tanker or gas barge")},
        {8370, 80, EM_S_INIT("Pushtow, seven barges at least one tanker or gas barg")},
};

em_str ais_inland_word(uint64_t number)
{
        for (size_t i = 0; i < sizeof inland / sizeof *inland; i++)
                if (inland[i].code == number || inland[i].ais == number)
                        return inland[i].word;
        return EM_S("Illegal ship type value.");
}

const ais_scale ais_tenth = {.mul = 1, .div = 1, .decimals = 1};
const ais_scale ais_half = {.mul = 5, .div = 1, .decimals = 1};
const ais_scale ais_cent = {.mul = 1, .div = 1, .decimals = 2};
const ais_scale ais_minute_tenth = {.mul = 50, .div = 3, .decimals = 4};
const ais_scale ais_minute_tenth_6 = {.mul = 5000, .div = 3, .decimals = 6};
const ais_scale ais_minute_milli = {.mul = 5, .div = 3, .decimals = 5};
